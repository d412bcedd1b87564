// Cut of hexahedra by a plane: each cell is taken apart into six tetrahedra around its diagonal, and each of these is cut
// exactly, so that the cut face shows the inside of the volume and not an open shell.

export type Vector = [number, number, number];

export interface Plane {
  origin: Vector;
  /** Unit vector; what lies on its side stays. */
  normal: Vector;
}

export interface CutFace {
  /** Three coordinates per vertex, mm. */
  positions: Float32Array;
  /** Vertex v lies between the points ends[2v] and ends[2v+1], at the share fractions[v] from the first. */
  ends: Uint32Array;
  fractions: Float32Array;
  /** Three vertices per triangle. */
  triangles: Uint32Array;
  /** The hexahedron of each triangle. */
  cells: Uint32Array;
}

const TETRAHEDRA = [
  [0, 1, 2, 6], [0, 2, 3, 6], [0, 3, 7, 6],
  [0, 7, 4, 6], [0, 4, 5, 6], [0, 5, 1, 6],
] as const;

/** Signed distance (mm) of each point from the plane. */
export function signedDistances(points: Float32Array, plane: Plane): Float32Array {
  const [nx, ny, nz] = plane.normal;
  const shift = nx * plane.origin[0] + ny * plane.origin[1] + nz * plane.origin[2];
  const distances = new Float32Array(points.length / 3);
  for (let i = 0, j = 0; i < distances.length; ++i, j += 3)
    distances[i] = nx * points[j] + ny * points[j + 1] + nz * points[j + 2] - shift;
  return distances;
}

/** The face in which a plane cuts hexahedra (8 nodes a cell, VTK order). A face lying in the plane counts once. */
export function cutHexahedra(points: Float32Array, cells: Uint32Array, plane: Plane): CutFace {
  const distance = signedDistances(points, plane);
  const positions: number[] = [];
  const ends: number[] = [];
  const fractions: number[] = [];
  const triangles: number[] = [];
  const owners: number[] = [];

  const addVertex = (a: number, b: number): number => {
    const t = distance[a] / (distance[a] - distance[b]);
    for (let k = 0; k < 3; ++k)
      positions.push(points[3 * a + k] + t * (points[3 * b + k] - points[3 * a + k]));
    ends.push(a, b);
    fractions.push(t);
    return fractions.length - 1;
  };

  const above: number[] = [];
  const below: number[] = [];
  for (let cell = 0; cell < cells.length / 8; ++cell) {
    let lowest = Infinity;
    let highest = -Infinity;
    for (let k = 0; k < 8; ++k) {
      const d = distance[cells[8 * cell + k]];
      lowest = Math.min(lowest, d);
      highest = Math.max(highest, d);
    }
    if (!(lowest < 0 && highest >= 0))
      continue;
    for (const tetrahedron of TETRAHEDRA) {
      above.length = 0;
      below.length = 0;
      for (const corner of tetrahedron) {
        const point = cells[8 * cell + corner];
        (distance[point] >= 0 ? above : below).push(point);
      }
      if (above.length === 0 || below.length === 0)
        continue;
      if (above.length === 2) {
        const ring = [addVertex(above[0], below[0]), addVertex(above[0], below[1]),
          addVertex(above[1], below[1]), addVertex(above[1], below[0])];
        triangles.push(ring[0], ring[1], ring[2], ring[0], ring[2], ring[3]);
        owners.push(cell, cell);
      } else {
        const single = above.length === 1 ? above[0] : below[0];
        const others = above.length === 1 ? below : above;
        triangles.push(addVertex(single, others[0]), addVertex(single, others[1]), addVertex(single, others[2]));
        owners.push(cell);
      }
    }
  }
  return {
    positions: Float32Array.from(positions), ends: Uint32Array.from(ends), fractions: Float32Array.from(fractions),
    triangles: Uint32Array.from(triangles), cells: Uint32Array.from(owners),
  };
}

/** Area of triangles, mm^2. */
export function area(positions: Float32Array, triangles: Uint32Array): number {
  let total = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [3 * triangles[i], 3 * triangles[i + 1], 3 * triangles[i + 2]];
    const u = [0, 1, 2].map(k => positions[b + k] - positions[a + k]);
    const v = [0, 1, 2].map(k => positions[c + k] - positions[a + k]);
    total += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
  }
  return total;
}

/** Smallest and largest coordinates of points. */
export function boxOf(clouds: Float32Array[]): {low: Vector; high: Vector} {
  const low: Vector = [Infinity, Infinity, Infinity];
  const high: Vector = [-Infinity, -Infinity, -Infinity];
  for (const points of clouds) {
    for (let i = 0; i < points.length; ++i) {
      low[i % 3] = Math.min(low[i % 3], points[i]);
      high[i % 3] = Math.max(high[i % 3], points[i]);
    }
  }
  return low[0] <= high[0] ? {low, high} : {low: [-1, -1, -1], high: [1, 1, 1]};
}

/** The cut plane of a main direction, tilted about the two other axes (degrees), through a position (mm along its normal). */
export function planeOf(direction: 'sagittal' | 'frontal' | 'transverse', centre: Vector, position: number,
                        tilts: [number, number], flipped: boolean): Plane {
  const axis = {sagittal: 0, frontal: 1, transverse: 2}[direction];
  const [first, second] = [(axis + 1) % 3, (axis + 2) % 3];
  const [a, b] = tilts.map(tilt => Math.tan(tilt * Math.PI / 180));
  const normal: Vector = [0, 0, 0];
  normal[axis] = 1;
  normal[first] = a;
  normal[second] = b;
  const length = Math.hypot(...normal) * (flipped ? -1 : 1);
  const origin: Vector = [...centre];
  origin[axis] = position;
  return {origin, normal: normal.map(value => value / length) as Vector};
}
