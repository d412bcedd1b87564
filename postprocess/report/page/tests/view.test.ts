import assert from 'node:assert/strict';
import {test} from 'node:test';

import {colourIndex, colourTable, partColour} from '../src/colour';
import {axesOf, fit, shifted, turned, VIEWS, zoomed} from '../src/scene/camera';
import {pick, type Piece} from '../src/scene/pick';

const near = (a: number[], b: number[]) => a.forEach((value, k) => assert.ok(Math.abs(value - b[k]) < 1e-12, `${a} != ${b}`));

const box = (low: number[], high: number[]) => Float32Array.from([...low, ...high]);

test('standard views show the patient as a spine laboratory does (LPS)', () => {
  near(axesOf(VIEWS.lateral).right, [0, 1, 0]); // from the left: posterior on the right of the picture
  near(axesOf(VIEWS.anterior).right, [1, 0, 0]); // from the front: the patient's left on the right
  near(axesOf(VIEWS.posterior).right, [-1, 0, 0]);
  near(axesOf(VIEWS.superior).towards, [0, 0, 1]);
  near(axesOf(VIEWS.superior).up, [0, -1, 0]); // from above: anterior at the top
  near(axesOf(VIEWS.lateral).up, [0, 0, 1]);
});

test('axes stay perpendicular however the spine is turned', () => {
  let eye = fit(VIEWS.oblique, [box([0, 0, 0], [10, 20, 30])], 1);
  for (const [dx, dy] of [[13, 5], [-170, 40], [300, -500], [7, 900]]) {
    eye = turned(eye, dx, dy, 400);
    const {towards, right, up} = axesOf(eye);
    near([towards[1] * right[2] - towards[2] * right[1], towards[2] * right[0] - towards[0] * right[2],
      towards[0] * right[1] - towards[1] * right[0]].map(value => -value), up.map(value => -value));
    assert.ok(Math.abs(eye.elevation) <= 90);
  }
});

test('an implant has the colour of implants whatever it is called', () => {
  const implant = partColour('screw L4 left', 'implant');
  for (const name of ['S1a', 'bone anchor', 'disc cage', 'ligament band'])
    assert.deepEqual(partColour(name, 'implant'), implant, name);
  assert.notDeepEqual(partColour('link left spacer', 'implant'), implant);
  assert.notDeepEqual(partColour('multifidus left', 'muscle'), implant);
  assert.notDeepEqual(partColour('L4-L5 nucleus', 'disc'), partColour('L4-L5 annulus', 'disc'));
});

test('a box fits into a picture, whatever its shape', () => {
  assert.ok(fit(VIEWS.lateral, [box([0, 0, 0], [5, 40, 100])], 2).halfHeight > 50);
  assert.ok(fit(VIEWS.lateral, [box([0, 0, 0], [5, 40, 100])], 0.1).halfHeight > 200);
  near(fit(VIEWS.anterior, [box([0, 0, 0], [2, 4, 6])], 1).centre, [1, 2, 3]);
  near(fit(VIEWS.anterior, [box([0, 0, 0], [2, 2, 2]), box([1, 1, 1], [2, 4, 6])], 1).centre, [1, 2, 3]);
  const captioned = fit(VIEWS.lateral, [box([0, 0, 0], [1, 1, 90])], 1, 0.1);
  assert.ok(90 <= captioned.centre[2] + captioned.halfHeight * 0.8 + 1e-9, 'the top of the box stays below the caption');
});

test('a shift follows the pointer and zoom keeps the centre', () => {
  const eye = fit(VIEWS.lateral, [box([-1, -1, -1], [1, 1, 1])], 1);
  near(shifted(eye, 100, 0, 200).centre, [0, -eye.halfHeight, 0]);
  near(zoomed(eye, 2).centre, eye.centre);
  assert.equal(zoomed(eye, 2).halfHeight, Math.max(2, eye.halfHeight / 2));
});

test('colours: ends, clipping, no value', () => {
  assert.equal(colourIndex(-5, [0, 10]), 0);
  assert.equal(colourIndex(10, [0, 10]), 255);
  assert.equal(colourIndex(5, [0, 10]), 128);
  assert.equal(colourIndex(NaN, [0, 10]), -1);
  assert.equal(colourIndex(3, [3, 3]), 0);
  assert.deepEqual([...colourTable('viridis').slice(0, 3)], [0x44, 0x01, 0x54]);
  const table = colourTable('viridis');
  const lightness = Array.from({length: 256}, (_, i) => 0.2126 * table[3 * i] + 0.7152 * table[3 * i + 1] + 0.0722 * table[3 * i + 2]);
  assert.ok(lightness.every((value, i) => i === 0 || value >= lightness[i - 1] - 0.5));
});

test('the pointer names the nearest part, its value, and passes over what is cut away', () => {
  const square = (x: number, value: number, clipped = true): Piece => ({
    name: `square ${x}`, positions: Float32Array.from([x, 0, 0, x, 2, 0, x, 2, 2, x, 0, 2]), faces: null, corners: 4,
    valueAt: vertex => value + vertex, unit: 'MPa', label: 'stress', clipped});
  const ray = {...axesOf(VIEWS.lateral), centre: [0, 0, 0] as [number, number, number], x: 1.5, y: 0.5};
  const pieces = [square(1, 10), square(5, 50), square(3, 30)];
  const hit = pick(pieces, ray, () => true)!;
  assert.equal(hit.piece.name, 'square 5');
  near(hit.place.map(Math.fround), [5, 1.5, 0.5]);
  assert.ok(Math.abs(hit.value - 51) < 1e-6); // on the triangle of the corners 0, 1, 2: shares 0.25, 0.5, 0.25
  assert.equal(pick(pieces, ray, place => place[0] < 4)!.piece.name, 'square 3');
  assert.equal(pick([square(5, 50, false)], ray, () => false)!.piece.name, 'square 5');
  assert.equal(pick(pieces, {...ray, x: 2.5}, () => true), null);
});
