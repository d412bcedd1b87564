import assert from 'node:assert/strict';
import {test} from 'node:test';

import {choosePlot, familiesOf} from '../src/parts/families';
import {plotData} from '../src/parts/plot_data';
import {description, PAPER, plotOption} from '../src/parts/plot_options';
import {plotSvg} from '../src/parts/plots';
import type {Plot} from '../src/schema';

const plot = (direction: string, level: string): Plot => ({
  id: `${direction}-${level}`, title: `Moment against rotation, ${direction}, ${level}`, group: 'Motion', family: 'moment', kind: 'line',
  x: {label: 'rotation', unit: 'deg'}, y: {label: 'moment', unit: 'Nm'}, filters: {direction, level},
  series: [{name: 'intact', x: [0, 2, 5], y: [0, 3, 7.5]}, {name: '<img src=x onerror=alert(1)>', x: [0, 1], y: [0, null]}],
});
const plots = [plot('flexion', 'L3-L4'), plot('flexion', 'L4-L5'), plot('extension', 'L4-L5')];

test('plots of a family are chosen by their filters; the filter just changed wins', () => {
  const [family] = familiesOf(plots);
  assert.deepEqual([...family.choices], [['direction', ['flexion', 'extension']], ['level', ['L3-L4', 'L4-L5']]]);
  assert.equal(choosePlot(family, new Map([['level', 'L4-L5']]), 'level').id, 'flexion-L4-L5');
  const wishes = new Map([['level', 'L3-L4'], ['direction', 'extension']]);
  assert.equal(choosePlot(family, wishes, 'direction').id, 'extension-L4-L5');
  assert.equal(choosePlot(family, wishes, 'level').id, 'flexion-L3-L4');
});

test('families of different groups stay apart', () => {
  assert.equal(familiesOf([...plots, {...plots[0], group: 'Pressure'}]).length, 2);
});

test('corridors are not hidden behind each other', () => {
  assert.equal(familiesOf(plots.map(entry => ({...entry, kind: 'corridor' as const}))).length, 3);
});

test('the drawing holds its axes with units, and names as text only', () => {
  const svg = plotSvg(plots[0]);
  assert.match(svg, /^<svg[^>]*xmlns/);
  assert.ok(svg.includes('rotation [deg]') && svg.includes('moment [Nm]'));
  assert.ok(svg.includes('&lt;img') && !svg.includes('<img'));
});

test('bars and corridors are drawn too', () => {
  const bars = plotSvg({...plots[0], kind: 'bar', categories: ['L1-L2', 'L2-L3'], series: [{name: 'intact', y: [1, 2]}]});
  assert.ok(bars.includes('L2-L3'));
  const corridor: Plot = {...plots[0], kind: 'corridor', series: [], points: [
    {label: 'flexion', computed: 5, lower: 4, upper: 7, published: 5.5, inside: true, status: 'independent', unit: 'deg'},
    {label: 'extension', computed: 9, lower: null, upper: null, published: 3, inside: null, status: 'printed', unit: 'deg'}]};
  assert.ok(plotSvg(corridor).includes('extension'));
  assert.match(description(corridor), /2 computed values against published ranges, 1 inside/);
});

test('the data of a plot are complete', () => {
  assert.deepEqual(plotData(plots[0]).rows.slice(0, 4), [['intact', 0, 0], ['intact', 2, 3], ['intact', 5, 7.5],
    ['<img src=x onerror=alert(1)>', 0, 0]]);
  assert.deepEqual(plotData(plots[0]).rows[4][2], null);
});

test('the parts of a stacked bar stand on each other', () => {
  const bars: Plot = {id: 'share', title: 'Who carries the moment', group: 'Load sharing', family: 'load_share', kind: 'bar', stacked: true,
    x: {label: 'Variant'}, y: {label: 'moment', unit: 'Nm'}, categories: ['intact', 'fused'],
    series: [{name: 'nucleus', x: [], y: [1, 2]}, {name: 'facet joints', x: [], y: [3, null]}]};
  const stacks = (shown: Plot) => (plotOption(shown, PAPER, 600) as {series: {stack?: string}[]}).series.map(entry => entry.stack);
  assert.deepEqual(stacks(bars), ['all', 'all']);
  assert.deepEqual(stacks({...bars, stacked: false}), [undefined, undefined]);
});

test('an error band is drawn round its curve and stands in its data', () => {
  const banded: Plot = {...plots[0], series: [{name: 'L3-L4', x: [1, 2, 3], y: [4, 5, 6], low: [3, 4, null], high: [5, 6, null]}]};
  const plain = plotSvg({...banded, series: [{...banded.series![0], low: undefined, high: undefined}]});
  const count = (svg: string) => [...svg.matchAll(/<path/g)].length;
  // A band between the first two points, and three strokes at each of them.
  assert.equal(count(plotSvg(banded)) - count(plain), 1 + 2 * 3);
  assert.deepEqual(plotData(banded).rows, [['L3-L4', 1, 4, 3, 5], ['L3-L4', 2, 5, 4, 6], ['L3-L4', 3, 6, null, null]]);
  assert.equal(plotData(plots[0]).columns.length, 3);
  assert.match(description(banded), /L3-L4: from 4\.00 to 6\.00, with an error band/);
});
