// What the 3D view can show: runs, parts, fields, and the shapes of one state.

import {BufferStore} from '../buffers';
import {colourIndex, colourTable, NO_VALUE_COLOUR, partColour, type Rgb} from '../colour';
import type {Field, Part, PartValues, Run, Scene, Step} from '../schema';
import {distinct} from '../text';
import {cutHexahedra, type Plane} from './cut';
import {LayerBuilder, type Layer, type LayerName} from './layers';
import type {Piece} from './pick';
import {hexahedraSurface, trianglesSurface, tubes, vertexNormals, type Surface} from './surface';

/** Solids, lines and facets are coloured by fields of their own. */
export type PartClass = 'solid' | 'line' | 'facet';
export const PART_CLASSES: PartClass[] = ['solid', 'line', 'facet'];

/** Radius in mm of a tube whose part names none. */
const DEFAULT_RADIUS: Record<string, number> = {ligament: 0.45, implant: 2, other: 0.35};

/** Groups that are told by their colours also beside a field. */
const OWN_COLOURED = ['implant', 'cement'];

export interface Colouring {
  /** null: anatomical colours. */
  field: Field | null;
  range: [number, number];
}

export interface Look {
  visible: (part: Part) => boolean;
  opacity: (part: Part) => number;
  colouring: Record<PartClass, Colouring>;
  /** Solids that show no field: grey, implants and cement in their own colours. */
  plain: (part: Part) => boolean;
  /** Factor on the displacements; 1 is the true shape. */
  factor: number;
  plane: Plane | null;
  /** The plane cuts lines too. */
  cutLines: boolean;
}

/** Values of a field on a part: one a point, or one a cell. */
interface Numbers {
  values: Float32Array;
  perPoint: boolean;
}

export function classOf(part: Part): PartClass {
  if (part.kind === 'lines')
    return 'line';
  return part.group === 'facet' ? 'facet' : 'solid';
}

/** The colour map of a class: three of them stand side by side, so they differ. */
export function tableOf(partClass: PartClass, field: Field | null): Uint8Array {
  if (field?.colormap === 'diverging')
    return colourTable('diverging');
  return colourTable({solid: 'viridis', line: 'magma', facet: 'inferno'}[partClass]);
}

export interface RangeOfPart {
  part: Part;
  low: number;
  high: number;
  mean: number;
  count: number;
}

export class SceneModel {
  readonly store: BufferStore;
  private readonly surfaces = new Map<Part, Surface>();

  constructor(readonly scene: Scene) {
    this.store = new BufferStore(scene.buffers);
  }

  variants(): string[] {
    return distinct(this.scene.runs.map(run => run.variant));
  }

  directions(): string[] {
    return distinct(this.scene.runs.map(run => run.direction));
  }

  protocols(direction: string): string[] {
    return distinct(this.scene.runs.filter(run => run.direction === direction).map(run => run.protocol));
  }

  /** The run of a variant; of another protocol where the wanted one was not run. */
  run(variant: string, direction: string, protocol: string): Run | null {
    const runs = this.scene.runs.filter(run => run.variant === variant && run.direction === direction);
    return runs.find(run => run.protocol === protocol) ?? runs[0] ?? null;
  }

  parts(run: Run): Part[] {
    return this.scene.geometries[run.geometry].parts;
  }

  allParts(): Part[] {
    return this.scene.geometries.flatMap(geometry => geometry.parts);
  }

  /** Levels of the discs, from cranial to caudal. */
  discs(): string[] {
    return distinct(this.allParts().filter(part => part.group === 'disc').map(part => part.level))
      .sort((a, b) => a.localeCompare(b, 'en', {numeric: true}));
  }

  /** Fields that parts of a class carry. */
  fields(partClass: PartClass): Field[] {
    const names = new Set<string>();
    for (const run of this.scene.runs) {
      const step = run.steps[run.steps.length - 1];
      this.parts(run).forEach((part, i) => {
        if (step && classOf(part) === partClass)
          Object.keys(step.values[i]?.fields ?? {}).forEach(name => names.add(name));
      });
    }
    return this.scene.fields.filter(field => names.has(field.name));
  }

  /** The step of `run` that stands for the same load as `step` of another run: the same label, or the nearest load factor. */
  matchingStep(run: Run, step: Step, of: Run): Step | null {
    if (run === of)
      return step;
    const same = run.steps.find(candidate => candidate.label === step.label);
    if (same)
      return same;
    let best: Step | null = null;
    for (const candidate of run.steps)
      if (!best || Math.abs(candidate.load_factor - step.load_factor) <= Math.abs(best.load_factor - step.load_factor))
        best = candidate;
    return best;
  }

  points(part: Part, values: PartValues | null | undefined, factor: number): Float32Array {
    const reference = this.store.values(part.points);
    if (values?.displacement === null || values?.displacement === undefined || factor === 0)
      return reference;
    const displacement = this.store.values(values.displacement);
    const moved = new Float32Array(reference.length);
    for (let i = 0; i < moved.length; ++i)
      moved[i] = reference[i] + factor * displacement[i];
    return moved;
  }

  /** Values of a field on a part: per point, or per cell. */
  private fieldValues(part: Part, values: PartValues | null | undefined, field: Field | null): Numbers | null {
    const buffer = field ? values?.fields[field.name] : undefined;
    if (buffer === undefined)
      return null;
    const numbers = this.store.values(buffer);
    return {values: numbers, perPoint: numbers.length === this.store.values(part.points).length / 3};
  }

  private surface(part: Part): Surface {
    let surface = this.surfaces.get(part);
    if (!surface) {
      const cells = this.store.cells(part.cells);
      surface = part.kind === 'hexahedra' ? hexahedraSurface(cells) : trianglesSurface(cells);
      this.surfaces.set(part, surface);
    }
    return surface;
  }

  /** Points of the visible parts, without load and at the last step with displacements times `factor`. */
  clouds(run: Run, visible: (part: Part) => boolean, factor: number): Float32Array[] {
    const last = run.steps[run.steps.length - 1];
    return this.parts(run).flatMap((part, i) => visible(part)
      ? [this.store.values(part.points), this.points(part, last?.values[i], factor)] : []);
  }

  /** Range, mean and number of a field's values on each visible part of one state. */
  rangesOfParts(run: Run, step: Step, partClass: PartClass, field: Field, visible: (part: Part) => boolean): RangeOfPart[] {
    const result: RangeOfPart[] = [];
    this.parts(run).forEach((part, i) => {
      const values = classOf(part) === partClass && visible(part) ? this.fieldValues(part, step.values[i], field) : null;
      if (!values)
        return;
      let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
      for (const value of values.values) {
        if (!Number.isFinite(value))
          continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        ++count;
      }
      if (count > 0)
        result.push({part, low, high, mean: sum / count, count});
    });
    return result;
  }

  /** Range of a field over the visible parts in all steps of some runs, without the share `trim` at each end. */
  rangeOf(runs: Run[], partClass: PartClass, field: Field, visible: (part: Part) => boolean, trim: number): [number, number] {
    const chosen: number[] = [];
    for (const run of runs) {
      for (const step of run.steps) {
        this.parts(run).forEach((part, i) => {
          const values = classOf(part) === partClass && visible(part) ? this.fieldValues(part, step.values[i], field) : null;
          for (const value of values?.values ?? [])
            if (Number.isFinite(value))
              chosen.push(value);
        });
      }
    }
    if (chosen.length === 0)
      return field.range;
    const sorted = Float32Array.from(chosen).sort();
    const skip = Math.floor(trim * (sorted.length - 1));
    let range: [number, number] = [sorted[skip], sorted[sorted.length - 1 - skip]];
    if (field.colormap === 'diverging') {
      const size = Math.max(Math.abs(range[0]), Math.abs(range[1]));
      range = [-size, size];
    }
    return range[1] > range[0] ? range : field.range;
  }

  /** The shapes of one state, coloured, sorted into layers that are drawn alike; and the same shapes for the pointer. */
  shapes(run: Run, step: Step, look: Look): {layers: Map<LayerName, Layer>; pieces: Piece[]} {
    const builder = new LayerBuilder();
    const pieces: Piece[] = [];
    this.parts(run).forEach((part, i) => {
      if (look.visible(part))
        this.addPart(builder, pieces, part, step.values[i], look);
    });
    return {layers: builder.finish(), pieces};
  }

  private addPart(builder: LayerBuilder, pieces: Piece[], part: Part, values: PartValues | null | undefined, look: Look): void {
    const partClass = classOf(part);
    const {field, range} = look.colouring[partClass];
    const plain = partColour(part.name, part.group);
    const table = tableOf(partClass, field);
    const isPlain = field !== null && look.plain(part);
    const numbers = isPlain ? null : this.fieldValues(part, values, field);
    const colour = (value: number): Rgb => {
      const index = colourIndex(value, range);
      return index < 0 ? NO_VALUE_COLOUR : [table[3 * index], table[3 * index + 1], table[3 * index + 2]];
    };
    const keepsColour = isPlain && OWN_COLOURED.includes(part.group);
    const without = field && partClass === 'solid' && !keepsColour ? NO_VALUE_COLOUR : plain;
    const colourAt = (point: number, cell: number): Rgb =>
      numbers ? colour(numbers.values[numbers.perPoint ? point : cell]) : without;
    const points = this.points(part, values, look.factor);
    const valueAt = (point: number, cell: number): number =>
      numbers ? numbers.values[numbers.perPoint ? point : cell] : NaN;
    const named = {name: part.name, unit: field?.unit ?? '', label: field?.label ?? ''};

    if (part.kind === 'lines') {
      const radius = part.radius && part.radius > 0 ? part.radius : DEFAULT_RADIUS[part.group] ?? DEFAULT_RADIUS.other;
      const shape = tubes(points, this.store.cells(part.cells), radius);
      builder.add('lines', shape.positions, shape.normals, shape.quads, 4,
        vertex => colourAt(shape.points[vertex], shape.cells[vertex]));
      pieces.push({...named, positions: shape.positions, faces: shape.quads, corners: 4, clipped: look.cutLines,
        valueAt: vertex => valueAt(shape.points[vertex], shape.cells[vertex])});
      return;
    }
    const surface = this.surface(part);
    const vertices = new Float32Array(3 * surface.points.length);
    for (let vertex = 0; vertex < surface.points.length; ++vertex)
      for (let k = 0; k < 3; ++k)
        vertices[3 * vertex + k] = points[3 * surface.points[vertex] + k];
    const opaque = look.opacity(part) >= 0.99;
    const layer: LayerName = partClass === 'facet' ? 'facets' : opaque ? 'opaque' : 'translucent';
    builder.add(layer, vertices, vertexNormals(surface, points), null, surface.corners,
      vertex => colourAt(surface.points[vertex], surface.cells[Math.floor(vertex / surface.corners)]), look.opacity(part));
    pieces.push({...named, positions: vertices, faces: null, corners: surface.corners, clipped: true,
      valueAt: vertex => valueAt(surface.points[vertex], surface.cells[Math.floor(vertex / surface.corners)])});
    if (look.plane && part.kind === 'hexahedra') {
      const cut = this.addCut(builder, part, points, look.plane, value => numbers ? colour(value) : without, numbers);
      if (cut)
        pieces.push({...named, ...cut});
    }
  }

  private addCut(builder: LayerBuilder, part: Part, points: Float32Array, plane: Plane, colour: (value: number) => Rgb,
                 numbers: Numbers | null): Omit<Piece, 'name' | 'unit' | 'label'> | null {
    const face = cutHexahedra(points, this.store.cells(part.cells), plane);
    if (face.triangles.length === 0)
      return null;
    const cellOf = new Uint32Array(face.fractions.length);
    face.triangles.forEach((vertex, i) => { cellOf[vertex] = face.cells[Math.floor(i / 3)]; });
    const normals = new Float32Array(face.positions.length);
    for (let i = 0; i < normals.length; ++i)
      normals[i] = -plane.normal[i % 3];
    const valueAt = (vertex: number): number => {
      if (!numbers)
        return NaN;
      if (!numbers.perPoint)
        return numbers.values[cellOf[vertex]];
      const a = numbers.values[face.ends[2 * vertex]];
      const b = numbers.values[face.ends[2 * vertex + 1]];
      return a + face.fractions[vertex] * (b - a);
    };
    builder.add('cut', face.positions, normals, face.triangles, 3, vertex => colour(valueAt(vertex)));
    return {positions: face.positions, faces: face.triangles, corners: 3, clipped: false, valueAt};
  }
}
