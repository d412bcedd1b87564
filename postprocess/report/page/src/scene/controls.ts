// State of the 3D view and the boxes and sliders that change it.

import {button, checkBox, h, selectBox, slider} from '../dom';
import {withRole} from '../levels';
import type {Field} from '../schema';
import {formatNumber, withUnit, words} from '../text';
import {VIEWS, type ViewName} from './camera';
import type {Vector} from './cut';
import type {PartClass, SceneModel} from './model';

export type CutDirection = 'sagittal' | 'frontal' | 'transverse';
/** Which values the ends of the colour bar stand for. */
export type RangeMode = 'trimmed' | 'shown' | 'study' | 'own' | `group:${string}`;

export interface State {
  variants: [string, string | null];
  direction: string;
  protocol: string;
  step: number;
  fields: Record<PartClass, string>;
  /** The field is shown on discs alone. */
  discsOnly: boolean;
  /** The level that the picture frames; "": the whole spine. */
  frame: string;
  rangeMode: RangeMode;
  ownRange: [number, number];
  factor: number;
  cut: boolean;
  cutDirection: CutDirection;
  cutPosition: number;
  cutTilts: [number, number];
  cutFlipped: boolean;
  cutLines: boolean;
  boneOpacity: number;
  meshLines: boolean;
}

/** The field shown at first in each class of parts: the first whose name holds one of these words. */
const FIRST_FIELD: Record<PartClass, RegExp[]> = {
  solid: [/maximum principal/i, /von mises/i, /stress/i, /pressure/i], line: [/axial|force/i, /stress/i], facet: [/pressure/i],
};

export function firstField(fields: Field[], partClass: PartClass): string {
  for (const pattern of FIRST_FIELD[partClass])
    for (const field of fields)
      if (pattern.test(`${field.name} ${field.label}`))
        return field.name;
  return fields[0]?.name ?? '';
}

/** What changed: the shapes, the camera's direction, or only how it is drawn. */
export interface Listener {
  changed: () => void;
  runChanged: () => void;
  show: (view: ViewName) => void;
  frameChanged: () => void;
  capture: () => void;
}

export class Controls {
  readonly element: HTMLElement;
  private readonly stepSlider: ReturnType<typeof slider>;
  private readonly positionSlider: ReturnType<typeof slider>;
  private readonly protocolBox: {element: HTMLElement; select: HTMLSelectElement};
  private readonly ownBoxes: HTMLElement;
  private readonly ownInputs: HTMLInputElement[];
  private stepTexts: string[] = [];

  constructor(private readonly model: SceneModel, readonly state: State, private readonly listener: Listener,
              private readonly box: {low: Vector; high: Vector}, preview = false) {
    const choice = (values: string[]) => values.map(value => ({value, text: words(value) || 'preload'}));
    const variants = choice(model.variants());
    const left = selectBox('variant', variants, state.variants[0], value => this.change(() => { state.variants[0] = value; }, true));
    const right = selectBox('beside it', [{value: '', text: '(none)'}, ...variants], state.variants[1] ?? '',
      value => this.change(() => { state.variants[1] = value || null; }, true));
    const direction = selectBox('direction', choice(model.directions()), state.direction,
      value => this.change(() => { state.direction = value; this.fillProtocols(); }, true));
    this.protocolBox = selectBox('protocol', [], '', value => this.change(() => { state.protocol = value; }, true));
    this.stepSlider = slider('step', {min: 0, max: 1, step: 1, value: 0}, value => this.stepTexts[value] ?? '',
      value => this.change(() => { state.step = value; }));
    const factor = slider('deformation', {min: 0, max: 5, step: 0.5, value: state.factor},
      value => value === 1 ? 'true (× 1)' : `× ${value}`, value => this.change(() => { state.factor = value; }));
    left.select.dataset.control = 'variant';
    right.select.dataset.control = 'beside';
    direction.select.dataset.control = 'direction';
    this.stepSlider.input.dataset.control = 'step';
    this.stepSlider.element.classList.add('worded');

    const fieldBox = (partClass: PartClass, label: string) => {
      const fields = model.fields(partClass);
      if (fields.length === 0)
        return null;
      const result = selectBox(label, [...fields.map(field => ({value: field.name, text: withUnit(field.label, field.unit)})),
        {value: '', text: 'parts in their own colours'}], state.fields[partClass],
        value => this.change(() => { state.fields[partClass] = value; }));
      result.select.dataset.control = `field-${partClass}`;
      return result.element;
    };
    this.ownInputs = [0, 1].map(end => {
      const input = h('input', {type: 'number', step: 'any', 'aria-label': end === 0 ? 'lower end of the colours' : 'upper end of the colours'});
      input.addEventListener('change', () => {
        if (input.value !== '' && Number.isFinite(Number(input.value)))
          this.change(() => { state.ownRange[end] = Number(input.value); });
      });
      return input;
    });
    this.ownBoxes = h('span', {class: 'field own', hidden: true}, ...this.ownInputs);
    const groups = [...new Set(model.scene.fields.flatMap(field => Object.keys(field.ranges ?? {})))];
    const ranges = selectBox('colours span', [
      {value: 'trimmed', text: 'shown parts, all steps, without the outermost 1 %'},
      {value: 'shown', text: 'shown parts, all steps'},
      {value: 'study', text: 'all variants and steps'},
      ...groups.map(group => ({value: `group:${group}`, text: `all variants and steps: ${words(group)}`})),
      {value: 'own', text: 'own limits (solids)'},
    ], state.rangeMode, value => this.change(() => {
      state.rangeMode = value as RangeMode;
      this.ownBoxes.hidden = value !== 'own';
    }));
    ranges.select.dataset.control = 'range';

    const coloured = selectBox('values on', [{value: 'discs', text: 'discs, the rest plain'}, {value: 'all', text: 'all solids'}],
      state.discsOnly ? 'discs' : 'all', value => this.change(() => { state.discsOnly = value === 'discs'; }));
    coloured.select.dataset.control = 'values-on';
    coloured.element.hidden = preview || !model.allParts().some(part => part.group === 'disc');
    const frame = selectBox('frame', [{value: '', text: 'whole spine'}, ...model.discs().map(value => ({value, text: withRole(value)}))],
      state.frame, value => {
        state.frame = value;
        listener.frameChanged();
      });
    frame.select.dataset.control = 'frame';
    frame.element.hidden = model.discs().length < 2;

    const cut = checkBox('cut', state.cut, checked => this.change(() => { state.cut = checked; }));
    cut.input.dataset.control = 'cut';
    const cutDirection = selectBox('plane', [
      {value: 'sagittal', text: 'sagittal'}, {value: 'frontal', text: 'frontal'}, {value: 'transverse', text: 'transverse'},
    ], state.cutDirection, value => this.change(() => {
      state.cutDirection = value as CutDirection;
      this.placePlane();
    }));
    this.positionSlider = slider('position', {min: 0, max: 1, step: 'any', value: 0},
      value => `${formatNumber(Math.round(10 * value) / 10, 3)} mm`, value => this.change(() => { state.cutPosition = value; }));
    this.positionSlider.input.dataset.control = 'cut-position';
    const tilt = (index: 0 | 1, label: string) => slider(label, {min: -60, max: 60, step: 1, value: 0}, value => `${value}°`,
      value => this.change(() => { state.cutTilts[index] = value; })).element;

    this.element = h('div', {class: 'controls'},
      group('What', left.element, right.element, direction.element, this.protocolBox.element, this.stepSlider.element, factor.element),
      group('Colours', fieldBox('solid', 'solids'), coloured.element, fieldBox('line', 'ligaments, muscles, rods'), fieldBox('facet', 'facets'), ranges.element,
        this.ownBoxes,
        slider(preview ? 'opacity of tissues' : 'opacity of bone', {min: 0.1, max: 1, step: 0.05, value: state.boneOpacity}, value => `${Math.round(100 * value)} %`,
          value => this.change(() => { state.boneOpacity = value; })).element,
        checkBox('mesh lines', state.meshLines, checked => this.change(() => { state.meshLines = checked; })).element),
      group('Cut', cut.element, cutDirection.element, this.positionSlider.element, tilt(0, 'first tilt'), tilt(1, 'second tilt'),
        checkBox('other side', state.cutFlipped, checked => this.change(() => { state.cutFlipped = checked; })).element,
        checkBox('cut ligaments, muscles and rods too', state.cutLines, checked => this.change(() => { state.cutLines = checked; })).element),
      group('View', frame.element, h('span', {class: 'buttons'}, ...(Object.keys(VIEWS) as ViewName[]).map(view => button(view, () => listener.show(view))),
        button('PNG', () => listener.capture(), {class: 'download'}))));
    this.fillProtocols();
    this.placePlane();
    // Of an unloaded model there is one state.
    const isMoving = model.scene.runs.some(run => run.steps.length > 1);
    direction.element.hidden = model.directions().length < 2;
    this.stepSlider.element.hidden = factor.element.hidden = !isMoving;
  }

  private change(apply: () => void, run = false): void {
    apply();
    if (run)
      this.listener.runChanged();
    else
      this.listener.changed();
  }

  private fillProtocols(): void {
    const protocols = this.model.protocols(this.state.direction);
    if (!protocols.includes(this.state.protocol))
      this.state.protocol = protocols[0];
    this.protocolBox.select.replaceChildren(...protocols.map(value => h('option', {value}, words(value) || '–')));
    this.protocolBox.select.value = this.state.protocol;
    this.protocolBox.element.hidden = protocols.length < 2;
  }

  private placePlane(): void {
    const axis = {sagittal: 0, frontal: 1, transverse: 2}[this.state.cutDirection];
    const [low, high] = [this.box.low[axis], this.box.high[axis]];
    const {input} = this.positionSlider;
    input.min = String(low);
    input.max = String(high);
    // Just beside the middle: the middle itself often is a face between cells.
    this.state.cutPosition = (low + high) / 2 + 0.001 * (high - low);
    input.value = String(this.state.cutPosition);
    this.positionSlider.refresh();
  }

  /** Steps of the run shown on the left; the last one is chosen when the number changes. */
  setSteps(texts: string[]): void {
    const last = this.stepTexts.length !== texts.length;
    this.stepTexts = texts;
    this.stepSlider.input.max = String(Math.max(0, texts.length - 1));
    if (last || this.state.step >= texts.length)
      this.state.step = texts.length - 1;
    this.stepSlider.input.value = String(this.state.step);
    this.stepSlider.refresh();
  }

  /** Begins the own limits with those that are shown. */
  offerRange(range: [number, number]): void {
    if (this.state.rangeMode === 'own')
      return;
    this.state.ownRange = [...range];
    range.forEach((value, i) => { this.ownInputs[i].value = String(Number(value.toPrecision(4))); });
  }
}

function group(title: string, ...children: (HTMLElement | null)[]): HTMLElement {
  return h('fieldset', {}, h('legend', {}, title), ...children);
}
