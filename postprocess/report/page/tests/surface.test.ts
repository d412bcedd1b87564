import assert from 'node:assert/strict';
import {test} from 'node:test';

import {area} from '../src/scene/cut';
import {hexahedraSurface, trianglesSurface, tubes, vertexNormals} from '../src/scene/surface';

/** A row of `n` unit cubes along x with common points. */
function row(n: number): {points: Float32Array; cells: Uint32Array} {
  const points: number[] = [];
  for (let z = 0; z < 2; ++z)
    for (let y = 0; y < 2; ++y)
      for (let x = 0; x <= n; ++x)
        points.push(x, y, z);
  const at = (x: number, y: number, z: number) => x + (n + 1) * (y + 2 * z);
  const cells: number[] = [];
  for (let x = 0; x < n; ++x)
    cells.push(at(x, 0, 0), at(x + 1, 0, 0), at(x + 1, 1, 0), at(x, 1, 0), at(x, 0, 1), at(x + 1, 0, 1), at(x + 1, 1, 1), at(x, 1, 1));
  return {points: Float32Array.from(points), cells: Uint32Array.from(cells)};
}

test('only outer faces remain, each with its cell', () => {
  for (const n of [1, 2, 5]) {
    const {points, cells} = row(n);
    const surface = hexahedraSurface(cells);
    assert.equal(surface.cells.length, 4 * n + 2);
    for (let cell = 0; cell < n; ++cell)
      assert.equal([...surface.cells].filter(owner => owner === cell).length, n === 1 ? 6 : cell === 0 || cell === n - 1 ? 5 : 4);
    const triangles: number[] = [];
    for (let face = 0; face < surface.cells.length; ++face) {
      const [a, b, c, d] = surface.points.slice(4 * face, 4 * face + 4);
      triangles.push(a, b, c, a, c, d);
    }
    assert.ok(Math.abs(area(points, Uint32Array.from(triangles)) - (4 * n + 2)) < 1e-6);
  }
});

test('normals point outwards and keep the edges of a cube', () => {
  const {points, cells} = row(2);
  const surface = hexahedraSurface(cells);
  const normals = vertexNormals(surface, points);
  for (let vertex = 0; vertex < surface.points.length; ++vertex) {
    const face = Math.floor(vertex / 4);
    const centre = [0, 0, 0];
    for (let k = 0; k < 4; ++k)
      for (let axis = 0; axis < 3; ++axis)
        centre[axis] += points[3 * surface.points[4 * face + k] + axis] / 4;
    const outward = [centre[0] - 1, centre[1] - 0.5, centre[2] - 0.5];
    const normal = normals.slice(3 * vertex, 3 * vertex + 3);
    assert.ok(normal[0] * outward[0] + normal[1] * outward[1] + normal[2] * outward[2] > 0);
    assert.equal([...normal].filter(value => Math.abs(Math.abs(value) - 1) < 1e-6).length, 1);
  }
});

test('normals are smoothed over a shallow edge', () => {
  const points = Float32Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0.2]);
  const normals = vertexNormals(trianglesSurface(Uint32Array.from([0, 1, 2, 1, 3, 2])), points);
  assert.ok(normals[3] !== 0 || normals[4] !== 0); // the second vertex is shared by both triangles
  assert.deepEqual([...normals.slice(0, 3)], [0, 0, 1]);
});

test('tubes lie at their radius around the line, whatever its direction', () => {
  const points = Float32Array.from([0, 0, 0, 0, 0, 10, 4, 4, 4]);
  const lines = Uint32Array.from([0, 1, 1, 2]);
  const shape = tubes(points, lines, 1.5);
  for (let vertex = 0; vertex < shape.points.length; ++vertex) {
    const at = 3 * shape.points[vertex];
    const line = shape.cells[vertex];
    const offset = [0, 1, 2].map(k => shape.positions[3 * vertex + k] - points[at + k]);
    const axis = [0, 1, 2].map(k => points[3 * lines[2 * line + 1] + k] - points[3 * lines[2 * line] + k]);
    assert.ok(Math.abs(Math.hypot(...offset) - 1.5) < 1e-5);
    assert.ok(Math.abs(offset[0] * axis[0] + offset[1] * axis[1] + offset[2] * axis[2]) < 1e-4);
  }
  assert.equal(shape.quads.length, 4 * 8 * 2);
});
