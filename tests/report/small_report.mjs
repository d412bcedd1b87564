// A small report made by hand: one motion segment of blocks with ligaments, a rod and facets, two variants, two directions. Its
// names try to be more than text.
import {deflateSync} from 'node:zlib';

export const EVIL = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>';

class Buffers {
  list = [];

  add(type, numbers, components, scale = 1, offset = 0) {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    this.list.push({type, count: numbers.length / components, components, scale, offset, coding: 'zlib',
      data: deflateSync(bytes).toString('base64')});
    return this.list.length - 1;
  }

  /** As 16-bit numbers: raw = value / scale. */
  packed(values, components, scale) {
    return this.add('int16', Int16Array.from(values, value => Math.round(value / scale)), components, scale);
  }
}

/** A block of n^3 hexahedra between two corners. */
function block(low, high, n) {
  const points = [];
  for (let k = 0; k <= n; ++k)
    for (let j = 0; j <= n; ++j)
      for (let i = 0; i <= n; ++i)
        points.push(...[i, j, k].map((step, axis) => low[axis] + step / n * (high[axis] - low[axis])));
  const at = (i, j, k) => i + (n + 1) * (j + (n + 1) * k);
  const cells = [];
  for (let k = 0; k < n; ++k)
    for (let j = 0; j < n; ++j)
      for (let i = 0; i < n; ++i)
        cells.push(at(i, j, k), at(i + 1, j, k), at(i + 1, j + 1, k), at(i, j + 1, k),
          at(i, j, k + 1), at(i + 1, j, k + 1), at(i + 1, j + 1, k + 1), at(i, j + 1, k + 1));
  return {kind: 'hexahedra', points, cells, components: 8};
}

const SHAPES = [
  {name: 'L5 cancellous bone', level: 'L5', group: 'bone', ...block([-24, -17, 0], [24, 17, 26], 4)},
  {name: 'L4-L5 annulus', level: 'L4-L5', group: 'disc', ...block([-24, -17, 26], [24, 17, 37], 4)},
  {name: 'L4 cancellous bone', level: 'L4', group: 'bone', ...block([-24, -17, 37], [24, 17, 63], 4)},
  {name: 'anterior longitudinal ligament', level: 'L4-L5', group: 'ligament', kind: 'lines', radius: 0.5, components: 2,
    points: [-5, -18, 20, -5, -18, 45, 5, -18, 20, 5, -18, 45], cells: [0, 1, 2, 3]},
  {name: 'rod left', level: 'L4-L5', group: 'implant', kind: 'lines', radius: 2.75, components: 2,
    points: [15, 26, 10, 15, 26, 50], cells: [0, 1]},
  {name: 'facet left', level: 'L4-L5', group: 'facet', kind: 'triangles', components: 3,
    points: [10, 20, 25, 20, 20, 25, 20, 22, 40, 10, 22, 40], cells: [0, 1, 2, 0, 2, 3]},
];

/** The report as an object; `hostile` puts markup into every kind of text. */
export function smallReport(hostile = false) {
  const buffers = new Buffers();
  const text = plain => hostile ? `${plain} ${EVIL}` : plain;
  const parts = SHAPES.map(shape => ({
    name: text(shape.name), level: shape.level, group: shape.group, kind: shape.kind, opacity: 1, radius: shape.radius,
    points: buffers.add('float32', Float32Array.from(shape.points), 3),
    cells: buffers.add('uint16', Uint16Array.from(shape.cells), shape.components),
  }));
  const variants = [text('intact'), text('rigid_fixation')];
  const runs = [];
  variants.forEach((variant, v) => {
    ['flexion', 'left_axial_rotation'].forEach((direction, d) => {
      const steps = [0, 0.5, 1].map(load => ({
        label: `${(7.5 * load).toFixed(2)} Nm`, load_factor: load, moment_Nm: 7.5 * load,
        values: SHAPES.map(shape => {
          const nPoints = shape.points.length / 3;
          const nCells = shape.cells.length / shape.components;
          const size = load * (v === 0 ? 1 : 0.3);
          const displacement = Array.from({length: nPoints}, (_, p) => {
            const [x, y, z] = shape.points.slice(3 * p, 3 * p + 3);
            const turn = 0.2 * size * z / 63;
            return d === 0 ? [0, -turn * z, turn * y] : [-turn * y, turn * x, 0];
          }).flat();
          const names = {hexahedra: ['von Mises', 'pressure'], lines: ['axial force'], triangles: ['contact pressure']}[shape.kind];
          const n = shape.kind === 'triangles' ? nPoints : nCells;
          const fields = Object.fromEntries(names.map((name, f) => [name,
            buffers.packed(Array.from({length: n}, (_, i) => size * (1 + f) * (1 + (i * 7 + d) % 11) / 11), 1, 1e-4)]));
          return {displacement: buffers.packed(displacement, 3, 1e-3), fields};
        }),
      }));
      runs.push({variant, direction, protocol: 'load_control', geometry: 0, steps});
    });
  });
  const row = (direction, quantity, intact, fixed) => [direction, quantity, intact, fixed, 100 * (fixed / intact - 1)];
  return {
    schema: 1, kind: 'run', title: text('One motion segment'), question: text('What does a rod change?'), study: text('segment'),
    generated: '2026-01-01T00:00:00Z',
    variants: variants.map((name, v) => ({name, description: text('as drawn'), status: v === 0 ? 'converged' : 'failed', message: text('')})),
    answer: [{heading: text('What each variant does'), introduction: text('At the full load.'), items: [
      {name: variants[1], points: [text('ROM L4-L5 -70.4 % (from 11.5 to 3.4 deg)'), text('to get bands: `lumbarfem convergence`')]}]}],
    levels: [{name: 'L4-L5', role: 'operated'}, {name: 'L3-L4', role: 'adjacent'}],
    tables: [{
      id: 'comparison', title: text('Variants against intact'), note: text('Change in percent.'),
      columns: [{key: 'direction', title: 'direction', type: 'text'}, {key: 'quantity', title: text('quantity'), type: 'text'},
        {key: 'intact', title: variants[0], unit: 'deg', type: 'number'}, {key: 'rigid', title: variants[1], unit: 'deg', type: 'number'},
        {key: 'change', title: 'change', unit: '%', type: 'number', role: 'change'}],
      rows: [row('flexion', 'ROM L4-L5', 11.5, 3.4), row('flexion', 'pressure', 0.75, 0.9), row('flexion', 'force', 130, 12),
        row('flexion', 'ROM L3-L4', 5, 6.2), row('left_axial_rotation', 'ROM L4-L5', 2.5, 1.4), row('left_axial_rotation', 'pressure', 0.5, 0.25),
        row('left_axial_rotation', 'force', 9, 1.5), row('left_axial_rotation', 'ROM L3-L4', 2, 2.6), ['flexion', text('not there'), null, 1, null]],
      primary: [0, 1, 4, 5],
      folds: [{label: text('pressures that are told together'), rows: [1, 5]}],
    }],
    plots: [
      ...['flexion', 'left_axial_rotation'].map((direction, d) => ({
        id: `moment-${direction}`, title: text(`Moment against rotation, ${direction}`), note: text('From the end of the preload.'),
        group: 'Motion', family: 'moment', kind: 'line', x: {label: 'rotation', unit: 'deg'}, y: {label: text('moment'), unit: 'Nm'},
        filters: {direction}, series: variants.map((name, v) => ({name, x: [0, 2 - v, 5 - v - d], y: [0, 3, 7.5]})),
      })),
      {id: 'share', title: 'Share of motion', group: 'Motion', family: 'share', kind: 'bar', x: {label: 'level', unit: ''},
        y: {label: 'share', unit: '%'}, categories: [text('L3-L4'), 'L4-L5'], filters: {},
        series: variants.map((name, v) => ({name, y: [30 + 20 * v, 70 - 20 * v]}))},
      {id: 'corridor', title: 'Against published ranges', group: 'Validation', family: 'corridor', kind: 'corridor',
        x: {label: 'rotation', unit: 'deg'}, filters: {}, points: [
          {label: text('flexion'), computed: 5, lower: 4, upper: 7, published: 5.5, inside: true, status: 'independent', unit: 'deg'},
          {label: 'extension', computed: 9, lower: 2, upper: 5, published: 3, inside: false, status: 'consistent', unit: 'deg'}]},
    ],
    scene: {
      length_unit: 'mm',
      fields: [
        {name: 'von Mises', label: text('von Mises stress'), unit: 'MPa', range: [0, 1], colormap: 'sequential'},
        {name: 'pressure', label: 'pressure', unit: 'MPa', range: [-2, 2], colormap: 'diverging'},
        {name: 'axial force', label: 'axial force', unit: 'N', range: [0, 1], colormap: 'sequential'},
        {name: 'contact pressure', label: 'contact pressure', unit: 'MPa', range: [0, 1], colormap: 'sequential'}],
      runs, geometries: [{parts}], buffers: buffers.list,
    },
    figures: [{title: text('A figure'), caption: text('one pixel'),
      png: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='}],
    warnings: [text('A warning.')], notes: [text('A note.')],
    provenance: [{heading: text('Program'), items: [['version', text('0')]]}, {heading: 'Study', items: [['effective study', text('title = ""\n')]]}],
    credibility: [{heading: text('Verification'), factor: text('Code'), status: 'known', text: text('patch tests')}],
  };
}

/** The page with a report inside, escaped as `lumbarfem report` does. */
export function fillPage(page, report) {
  const json = JSON.stringify(report).replace(/[<>&\u2028\u2029]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return page.replace('__LUMBARFEM_REPORT_DATA__', () => json);
}
