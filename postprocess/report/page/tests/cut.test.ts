import assert from 'node:assert/strict';
import {test} from 'node:test';

import {area, cutHexahedra, planeOf, type Plane, type Vector} from '../src/scene/cut';

/** Corners of a unit cube, VTK order, moved by `shift`. */
function cube(shift: Vector = [0, 0, 0]): number[] {
  return [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]]
    .flatMap(corner => corner.map((value, k) => value + shift[k]));
}
const ONE = Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7]);

function plane(normal: Vector, origin: Vector): Plane {
  const length = Math.hypot(...normal);
  return {origin, normal: normal.map(value => value / length) as Vector};
}

function cutArea(points: number[], cells: Uint32Array, by: Plane): number {
  const face = cutHexahedra(Float32Array.from(points), cells, by);
  return area(face.positions, face.triangles);
}

test('areas of a cut cube are those of geometry', () => {
  const near = (normal: Vector, origin: Vector, expected: number) =>
    assert.ok(Math.abs(cutArea(cube(), ONE, plane(normal, origin)) - expected) < 1e-6, `${normal}: expected ${expected}`);
  near([1, 0, 0], [0.3, 0, 0], 1);
  near([0, -1, 0], [0, 0.7, 0], 1);
  near([1, 1, 0], [0.5, 0.5, 0], Math.SQRT2);
  near([1, 1, 1], [0.5, 0.5, 0.5], 3 * Math.sqrt(3) / 4); // a regular hexagon
  near([1, 1, 1], [1 / 6, 1 / 6, 1 / 6], Math.sqrt(3) / 8); // a corner of legs 1/2
  near([0, 0, 1], [0, 0, 2], 0);
});

test('a face that lies in the plane counts once', () => {
  const points = [...cube(), ...cube([1, 0, 0])];
  const cells = Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  assert.ok(Math.abs(cutArea(points, cells, plane([1, 0, 0], [1, 0, 0])) - 1) < 1e-6);
  assert.ok(Math.abs(cutArea(points, cells, plane([-1, 0, 0], [1, 0, 0])) - 1) < 1e-6);
  assert.ok(Math.abs(cutArea(points, cells, plane([0, 0, 1], [0, 0, 0.25])) - 2) < 1e-6);
});

test('a linear field is interpolated exactly on the cut', () => {
  const points = Float32Array.from(cube());
  const field = (x: number, y: number, z: number) => 2 * x - 3 * y + 5 * z + 1;
  const nodal = Array.from({length: 8}, (_, i) => field(points[3 * i], points[3 * i + 1], points[3 * i + 2]));
  const by = plane([1, 2, 3], [0.4, 0.5, 0.6]);
  const face = cutHexahedra(points, ONE, by);
  assert.ok(face.fractions.length > 3);
  face.fractions.forEach((t, v) => {
    const [a, b] = [nodal[face.ends[2 * v]], nodal[face.ends[2 * v + 1]]];
    const [x, y, z] = face.positions.slice(3 * v, 3 * v + 3);
    assert.ok(Math.abs(a + t * (b - a) - field(x, y, z)) < 1e-5);
    assert.ok(Math.abs(by.normal[0] * (x - 0.4) + by.normal[1] * (y - 0.5) + by.normal[2] * (z - 0.6)) < 1e-6);
  });
});

test('each triangle names the cell that it was cut from', () => {
  const points = Float32Array.from([...cube(), ...cube([0, 0, 5])]);
  const cells = Uint32Array.from([...ONE, ...ONE.map(i => i + 8)]);
  const face = cutHexahedra(points, cells, plane([0, 0, 1], [0, 0, 5.5]));
  assert.ok(face.cells.length >= 2 && face.cells.every(cell => cell === 1));
});

test('planes of the main directions, tilted and flipped', () => {
  assert.deepEqual(planeOf('frontal', [1, 2, 3], 7, [0, 0], false), {origin: [1, 7, 3], normal: [0, 1, 0]});
  const {normal} = planeOf('sagittal', [0, 0, 0], 0, [45, 0], true);
  normal.forEach((value, k) => assert.ok(Math.abs(value - [-Math.SQRT1_2, -Math.SQRT1_2, 0][k]) < 1e-12));
});
