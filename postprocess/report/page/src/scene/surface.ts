// The outer faces of a part's cells, the tubes that stand for its lines, and their normals.

/** Faces of a VTK hexahedron, corners counter-clockwise seen from outside. */
const FACES = [
  [0, 3, 2, 1], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7],
] as const;

/** Faces whose normals differ by more than this keep an edge between them. */
const EDGE_COSINE = Math.cos(40 * Math.PI / 180);

/** Faces with `corners` vertices each. A vertex belongs to one face, so that values per cell stay sharp. */
export interface Surface {
  corners: 3 | 4;
  /** The point of each vertex. */
  points: Uint32Array;
  /** The cell of each face. */
  cells: Uint32Array;
}

/** Faces that belong to one hexahedron only (8 nodes a cell, VTK order). */
export function hexahedraSurface(cells: Uint32Array): Surface {
  const nFaces = cells.length / 8 * 6;
  const corners = new Uint32Array(4 * nFaces);
  const single = new Uint8Array(nFaces);
  // Faces are chained by their smallest point; the sum and the largest point tell them apart within a chain.
  const head = new Map<number, number>();
  const next = new Int32Array(nFaces);
  const sum = new Float64Array(nFaces);
  const largest = new Uint32Array(nFaces);
  let face = 0;
  let nOuter = 0;
  for (let cell = 0; cell < cells.length / 8; ++cell) {
    for (const nodes of FACES) {
      let low = Infinity;
      let high = 0;
      let total = 0;
      for (let k = 0; k < 4; ++k) {
        const point = cells[8 * cell + nodes[k]];
        corners[4 * face + k] = point;
        low = Math.min(low, point);
        high = Math.max(high, point);
        total += point;
      }
      let twin = head.get(low) ?? -1;
      const first = twin;
      while (twin >= 0 && !(sum[twin] === total && largest[twin] === high))
        twin = next[twin];
      if (twin >= 0) {
        nOuter -= single[twin];
        single[twin] = 0;
      } else {
        sum[face] = total;
        largest[face] = high;
        next[face] = first;
        head.set(low, face);
        single[face] = 1;
        ++nOuter;
      }
      ++face;
    }
  }
  const points = new Uint32Array(4 * nOuter);
  const owners = new Uint32Array(nOuter);
  let outer = 0;
  for (face = 0; face < nFaces; ++face) {
    if (!single[face])
      continue;
    points.set(corners.subarray(4 * face, 4 * face + 4), 4 * outer);
    owners[outer++] = Math.floor(face / 6);
  }
  return {corners: 4, points, cells: owners};
}

export function trianglesSurface(cells: Uint32Array): Surface {
  return {corners: 3, points: cells, cells: Uint32Array.from({length: cells.length / 3}, (_, i) => i)};
}

/** The faces around each point, as lists one after the other: those of point p are faces[start[p]] .. faces[start[p+1]-1]. */
function facesAround(surface: Surface, nPoints: number): {start: Uint32Array; faces: Uint32Array} {
  const start = new Uint32Array(nPoints + 1);
  for (const point of surface.points)
    ++start[point + 1];
  for (let point = 0; point < nPoints; ++point)
    start[point + 1] += start[point];
  const fill = start.slice();
  const faces = new Uint32Array(surface.points.length);
  for (let vertex = 0; vertex < surface.points.length; ++vertex)
    faces[fill[surface.points[vertex]]++] = Math.floor(vertex / surface.corners);
  return {start, faces};
}

const neighbours = new WeakMap<Surface, {start: Uint32Array; faces: Uint32Array}>();

/** Unit normal of each vertex: the mean over the faces around its point that are not turned away beyond the edge angle. */
export function vertexNormals(surface: Surface, positions: Float32Array): Float32Array {
  const {corners, points} = surface;
  const nFaces = points.length / corners;
  const faceNormals = new Float32Array(3 * nFaces);
  for (let face = 0; face < nFaces; ++face) {
    // The diagonals of a quadrilateral, two edges of a triangle: both give twice the vector area.
    const first = corners * face;
    const a = 3 * points[first];
    const b = 3 * points[first + (corners === 4 ? 2 : 1)];
    const c = corners === 4 ? 3 * points[first + 1] : a;
    const d = 3 * points[first + (corners === 4 ? 3 : 2)];
    const [ux, uy, uz] = [positions[b] - positions[a], positions[b + 1] - positions[a + 1], positions[b + 2] - positions[a + 2]];
    const [vx, vy, vz] = [positions[d] - positions[c], positions[d + 1] - positions[c + 1], positions[d + 2] - positions[c + 2]];
    const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    faceNormals[3 * face] = x / length;
    faceNormals[3 * face + 1] = y / length;
    faceNormals[3 * face + 2] = z / length;
  }
  let around = neighbours.get(surface);
  if (!around) {
    around = facesAround(surface, positions.length / 3);
    neighbours.set(surface, around);
  }
  const {start, faces} = around;
  const normals = new Float32Array(3 * points.length);
  for (let vertex = 0; vertex < points.length; ++vertex) {
    const own = 3 * Math.floor(vertex / corners);
    const point = points[vertex];
    let [x, y, z] = [0, 0, 0];
    for (let i = start[point]; i < start[point + 1]; ++i) {
      const other = 3 * faces[i];
      const [nx, ny, nz] = [faceNormals[other], faceNormals[other + 1], faceNormals[other + 2]];
      if (nx * faceNormals[own] + ny * faceNormals[own + 1] + nz * faceNormals[own + 2] < EDGE_COSINE)
        continue;
      x += nx;
      y += ny;
      z += nz;
    }
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    normals[3 * vertex] = x / length;
    normals[3 * vertex + 1] = y / length;
    normals[3 * vertex + 2] = z / length;
  }
  return normals;
}

export interface Tubes {
  positions: Float32Array;
  normals: Float32Array;
  /** Four vertices per side face. */
  quads: Uint32Array;
  /** The point and the line of each vertex. */
  points: Uint32Array;
  cells: Uint32Array;
}

/** A tube with `sides` flat sides around each line (two points a line). */
export function tubes(points: Float32Array, lines: Uint32Array, radius: number, sides = 8): Tubes {
  const nLines = lines.length / 2;
  const perLine = 2 * sides;
  const result: Tubes = {
    positions: new Float32Array(3 * perLine * nLines), normals: new Float32Array(3 * perLine * nLines),
    quads: new Uint32Array(4 * sides * nLines),
    points: new Uint32Array(perLine * nLines), cells: new Uint32Array(perLine * nLines),
  };
  for (let line = 0; line < nLines; ++line) {
    const ends = [lines[2 * line], lines[2 * line + 1]];
    const axis = [0, 1, 2].map(k => points[3 * ends[1] + k] - points[3 * ends[0] + k]);
    const length = Math.hypot(axis[0], axis[1], axis[2]) || 1;
    const t = axis.map(value => value / length);
    // Any vector that is not parallel to the axis spans the plane across it.
    const helper = Math.abs(t[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
    const u = [t[1] * helper[2] - t[2] * helper[1], t[2] * helper[0] - t[0] * helper[2], t[0] * helper[1] - t[1] * helper[0]];
    const norm = Math.hypot(u[0], u[1], u[2]) || 1;
    const e = u.map(value => value / norm);
    const f = [t[1] * e[2] - t[2] * e[1], t[2] * e[0] - t[0] * e[2], t[0] * e[1] - t[1] * e[0]];
    for (let end = 0; end < 2; ++end) {
      for (let side = 0; side < sides; ++side) {
        const vertex = line * perLine + end * sides + side;
        const angle = 2 * Math.PI * side / sides;
        for (let k = 0; k < 3; ++k) {
          const normal = Math.cos(angle) * e[k] + Math.sin(angle) * f[k];
          result.normals[3 * vertex + k] = normal;
          result.positions[3 * vertex + k] = points[3 * ends[end] + k] + radius * normal;
        }
        result.points[vertex] = ends[end];
        result.cells[vertex] = line;
      }
    }
    for (let side = 0; side < sides; ++side) {
      const base = line * perLine;
      const next = (side + 1) % sides;
      result.quads.set([base + side, base + next, base + sides + next, base + sides + side], 4 * (line * sides + side));
    }
  }
  return result;
}
