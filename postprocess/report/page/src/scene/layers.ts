// Shapes that are drawn alike are gathered into one layer: few large drawings are much faster than one for each part.

import type {Rgb} from '../colour';

export type LayerName = 'opaque' | 'translucent' | 'cut' | 'facets' | 'lines';
export const LAYER_NAMES: LayerName[] = ['opaque', 'cut', 'facets', 'lines', 'translucent'];

export interface Layer {
  positions: Float32Array;
  normals: Float32Array;
  /** Red, green, blue of each vertex. */
  colours: Uint8Array;
  /** Number of corners and their vertices, face after face. */
  polygons: Uint32Array;
  /** Mean opacity of what was added. */
  opacity: number;
}

interface Piece {
  positions: Float32Array;
  normals: Float32Array;
  colours: Uint8Array;
  faces: Uint32Array | null;
  corners: 3 | 4;
  opacity: number;
}

export class LayerBuilder {
  private readonly pieces = new Map<LayerName, Piece[]>();

  /** Adds vertices and faces; without `faces`, each `corners` vertices in turn are a face. */
  add(layer: LayerName, positions: Float32Array, normals: Float32Array, faces: Uint32Array | null, corners: 3 | 4,
      colourOf: (vertex: number) => Rgb, opacity = 1): void {
    const nVertices = positions.length / 3;
    const colours = new Uint8Array(3 * nVertices);
    for (let vertex = 0; vertex < nVertices; ++vertex) {
      const colour = colourOf(vertex);
      colours[3 * vertex] = colour[0];
      colours[3 * vertex + 1] = colour[1];
      colours[3 * vertex + 2] = colour[2];
    }
    const list = this.pieces.get(layer);
    const piece = {positions, normals, colours, faces, corners, opacity};
    if (list)
      list.push(piece);
    else
      this.pieces.set(layer, [piece]);
  }

  finish(): Map<LayerName, Layer> {
    const layers = new Map<LayerName, Layer>();
    for (const [name, pieces] of this.pieces)
      layers.set(name, join(pieces));
    return layers;
  }
}

function join(pieces: Piece[]): Layer {
  const nNumbers = pieces.reduce((sum, piece) => sum + piece.positions.length, 0);
  const nCorners = (piece: Piece) => piece.faces ? piece.faces.length : piece.positions.length / 3;
  const nEntries = pieces.reduce((sum, piece) => sum + nCorners(piece) / piece.corners * (piece.corners + 1), 0);
  const layer: Layer = {
    positions: new Float32Array(nNumbers), normals: new Float32Array(nNumbers), colours: new Uint8Array(nNumbers),
    polygons: new Uint32Array(nEntries), opacity: pieces.reduce((sum, piece) => sum + piece.opacity, 0) / pieces.length,
  };
  let start = 0;
  let entry = 0;
  for (const piece of pieces) {
    layer.positions.set(piece.positions, start);
    layer.normals.set(piece.normals, start);
    layer.colours.set(piece.colours, start);
    for (let corner = 0; corner < nCorners(piece); ++corner) {
      if (corner % piece.corners === 0)
        layer.polygons[entry++] = piece.corners;
      layer.polygons[entry++] = start / 3 + (piece.faces ? piece.faces[corner] : corner);
    }
    start += piece.positions.length;
  }
  return layer;
}
