// What lies under the pointer: the part, its value and its place.

import type {Vector} from './cut';

export interface Piece {
  name: string;
  positions: Float32Array;
  /** Vertices of the faces, `corners` each; null: the vertices in their order. */
  faces: Uint32Array | null;
  corners: 3 | 4;
  /** Value shown at a vertex; NaN where there is none. */
  valueAt: (vertex: number) => number;
  unit: string;
  label: string;
  /** Hidden on the far side of the cut plane. */
  clipped: boolean;
}

export interface Hit {
  piece: Piece;
  value: number;
  place: Vector;
}

export interface Ray {
  /** Point of the picture in mm to the right of and above the point `centre`. */
  x: number;
  y: number;
  right: Vector;
  up: Vector;
  towards: Vector;
  centre: Vector;
}

/** The hit that is nearest to the eye; `visible` tells whether a place is on the near side of the cut plane. */
export function pick(pieces: Piece[], ray: Ray, visible: (place: Vector) => boolean): Hit | null {
  let best: Hit | null = null;
  let bestDepth = -Infinity;
  const project = (positions: Float32Array, axis: Vector, vertex: number) =>
    (positions[3 * vertex] - ray.centre[0]) * axis[0] + (positions[3 * vertex + 1] - ray.centre[1]) * axis[1] +
    (positions[3 * vertex + 2] - ray.centre[2]) * axis[2];
  for (const piece of pieces) {
    const {positions, faces, corners} = piece;
    const nVertices = positions.length / 3;
    const u = new Float32Array(nVertices);
    const v = new Float32Array(nVertices);
    for (let i = 0; i < nVertices; ++i) {
      u[i] = project(positions, ray.right, i) - ray.x;
      v[i] = project(positions, ray.up, i) - ray.y;
    }
    const nFaces = (faces ? faces.length : nVertices) / corners;
    for (let face = 0; face < nFaces; ++face) {
      for (let half = 0; half < corners - 2; ++half) {
        const at = (k: number) => faces ? faces[corners * face + k] : corners * face + k;
        const [a, b, c] = [at(0), at(1 + half), at(2 + half)];
        // Shares of the corners at the ray, from the signed areas of the triangles that it makes with the edges.
        const [wa, wb, wc] = [u[b] * v[c] - u[c] * v[b], u[c] * v[a] - u[a] * v[c], u[a] * v[b] - u[b] * v[a]];
        const total = wa + wb + wc;
        if (total === 0 || wa * total < 0 || wb * total < 0 || wc * total < 0)
          continue;
        const place = [0, 1, 2].map(k =>
          (wa * positions[3 * a + k] + wb * positions[3 * b + k] + wc * positions[3 * c + k]) / total) as Vector;
        const depth = place[0] * ray.towards[0] + place[1] * ray.towards[1] + place[2] * ray.towards[2];
        if (depth <= bestDepth || (piece.clipped && !visible(place)))
          continue;
        bestDepth = depth;
        const value = (wa * piece.valueAt(a) + wb * piece.valueAt(b) + wc * piece.valueAt(c)) / total;
        best = {piece, value, place};
      }
    }
  }
  return best;
}
