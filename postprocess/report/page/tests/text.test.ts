import assert from 'node:assert/strict';
import {test} from 'node:test';

import {markLevels, setLevels, withRole} from '../src/levels';
import {fileName, formatChange, formatNumber, properMinus, sortedOrder, toCsv} from '../src/text';

test('rows are sorted by size, words by their numbers, missing ones last in both directions', () => {
  const rows = [[3, 'L10'], [null, 'L2'], [-1, 'L1'], [12, ''], [NaN, 'l2']];
  const all = [0, 1, 2, 3, 4];
  assert.deepEqual(sortedOrder(rows, all, 0, false), [2, 0, 3, 1, 4]);
  assert.deepEqual(sortedOrder(rows, all, 0, true), [3, 0, 2, 1, 4]);
  assert.deepEqual(sortedOrder(rows, all, 1, false), [2, 1, 4, 0, 3]);
  assert.deepEqual(sortedOrder([['not defined'], [5], [7]], [0, 1, 2], 0, false), [1, 2, 0]);
});

test('CSV quotes what it must, keeps all digits, and hands no formula to a spreadsheet', () => {
  assert.equal(toCsv(['a', 'b [mm]'], [['x,"y"', 0.1 + 0.2], [null, -1e-12], ['line\nbreak', NaN]]),
    'a,b [mm]\r\n"x,""y""",0.30000000000000004\r\n,-1e-12\r\n"line\nbreak",\r\n');
  assert.equal(toCsv(['=cmd()'], [['+1'], ['@x'], ['-cmd'], ['-5 Nm']]), "'=cmd()\r\n'+1\r\n'@x\r\n'-cmd\r\n-5 Nm\r\n");
});

test('numbers keep four figures and their sign', () => {
  assert.equal(formatNumber(12345.678), '12346');
  assert.equal(formatNumber(5.8594), '5.859');
  assert.equal(formatNumber(-0.039041), '\u22120.03904');
  assert.equal(formatNumber(0), '0');
  assert.equal(formatNumber(1e-9), '1.00e\u22129');
  assert.equal(formatNumber(null), '–');
  assert.equal(formatNumber(Infinity), '–');
  assert.equal(formatChange(24.44), '+24.4\u00a0%');
  assert.equal(formatChange(-93.36), '\u221293.4\u00a0%');
  assert.equal(formatChange(-0.04), '0.0\u00a0%');
});

test('file names hold no path and are never empty', () => {
  assert.equal(fileName('../a b/<c>', 'csv'), 'a_b_c.csv');
  assert.equal(fileName('///', 'svg'), 'report.svg');
});

test('hyphens before figures become minus signs, those within names stay', () => {
  assert.equal(properMinus('L4-L5 rotation -91.5 % (-3 to 2 N), volume-20 --set a=-1'), 'L4-L5 rotation \u221291.5 % (\u22123 to 2 N), volume-20 --set a=-1');
});

test('levels are marked where a text names them as such', () => {
  setLevels([{name: 'L4-L5', role: 'operated'}, {name: 'L3', role: 'operated'}, {name: 'L3-L4', role: 'adjacent'}]);
  assert.equal(withRole('L4-L5'), 'L4-L5 (operated)');
  assert.equal(withRole('L1-L2'), 'L1-L2');
  assert.equal(markLevels('Rotation, L3-L4, graft_L4_L5, L3 superior endplate'), 'Rotation, L3-L4 (adjacent), graft_L4_L5, L3 (operated) superior endplate');
  setLevels([]);
  assert.equal(markLevels('L4-L5'), 'L4-L5');
});
