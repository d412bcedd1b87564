// The 3D view as a section of the page.

import {h} from '../dom';
import {download} from '../download';
import {markedLevels} from '../levels';
import type {Field, FirstView, Part, Run, Scene, Step, Table} from '../schema';
import {fileName, formatNumber, withUnit, words} from '../text';
import {tableElement} from '../parts/table';
import {axesOf, fit, VIEWS, type Eye, type ViewName} from './camera';
import {Canvas} from './canvas';
import {ColourBar} from './colour_bar';
import {Controls, firstField, type State} from './controls';
import {boxOf, planeOf, type Plane, type Vector} from './cut';
import {classOf, PART_CLASSES, SceneModel, tableOf, type Colouring, type Look, type PartClass} from './model';
import {Overlay, type LevelLabel} from './overlay';
import {PartsTree} from './parts_tree';
import {pick, type Piece} from './pick';
import {KEY_HELP, listen} from './pointer';

/** Narrower pictures stand above each other. */
const STACK_BELOW = 560;
/** Share of the values at each end that the trimmed range leaves out. */
const TRIM = 0.005;
/** Pixels at the top of a picture that its caption takes. */
const CAPTION_HEIGHT = 34;
/** Of the tissues of a preview, through which screws, cages, cement and marks are seen. */
const PREVIEW_OPACITY = 0.15;
/** How much more than a disc the frame of its level shows. */
const FRAME_SCALE = 1.7;
/** Pixels that a letter of a level's label takes, about. */
const LETTER_WIDTH = 9;
const CLASS_TITLES: Record<PartClass, string> = {solid: 'Solids', line: 'Ligaments, muscles and rods', facet: 'Facets'};

export class SceneSection {
  readonly element: HTMLElement;
  private readonly stage = h('div', {class: 'stage', tabindex: '0', role: 'application', 'aria-roledescription': '3D view'});
  private readonly picture = h('img', {class: 'printed', alt: 'The 3D view as it was last shown'});
  private readonly text = h('p', {class: 'scene-text', 'aria-live': 'polite'});
  private readonly readout = h('p', {class: 'readout', 'aria-live': 'polite'}, 'A click on a part names it and tells its value.');
  private readonly ranges = h('details', {class: 'data'}, h('summary', {}, 'values on the shown parts as a table'));
  private readonly bars = {solid: new ColourBar(), line: new ColourBar(), facet: new ColourBar()};
  private readonly overlay = new Overlay();
  private readonly model: SceneModel;
  private readonly state: State;
  private readonly controls: Controls;
  private readonly tree: PartsTree;
  private readonly canvas: Canvas;
  private readonly box: {low: Vector; high: Vector};
  private eye: Eye = {azimuth: 0, elevation: 0, centre: [0, 0, 0], halfHeight: 100};
  private viewName: ViewName | null = null;
  private readonly first: FirstView | null;
  /** Points of the marked levels in each picture. */
  private marked: {text: string; role: string; picture: 0 | 1; clouds: Float32Array[]}[] = [];
  private readonly rangeCache = new Map<string, [number, number]>();
  private timer = 0;
  /** Groups that the slider of opacity acts on. */
  private readonly seenThrough: string[];
  private readonly pieces: [Piece[], Piece[]] = [[], []];

  /** @param preview without results: tissues are seen through and nothing is cut, so that what lies in them is seen. */
  constructor(scene: Scene, private readonly preview = false) {
    this.model = new SceneModel(scene);
    this.seenThrough = preview ? ['bone', 'disc', 'cartilage'] : ['bone'];
    this.first = this.firstView(scene);
    const variants = this.first?.variants ?? this.model.variants();
    const directions = this.model.directions();
    const direction = this.first?.direction ?? directions.find(name => name === 'flexion') ?? directions.find(name => name !== '') ?? directions[0];
    this.state = {
      variants: [variants[0], variants.length > 1 && innerWidth >= 700 ? variants[1] : null],
      direction, protocol: this.first?.protocol ?? this.model.protocols(direction)[0], step: Number.MAX_SAFE_INTEGER,
      fields: Object.fromEntries(PART_CLASSES.map(name =>
        [name, preview && name === 'line' ? '' : firstField(this.model.fields(name), name)])) as Record<PartClass, string>,
      discsOnly: !preview && this.model.discs().length > 0, frame: this.first?.level ?? '',
      rangeMode: 'trimmed', ownRange: [0, 1], factor: 1,
      cut: !preview, cutDirection: 'sagittal', cutPosition: 0, cutTilts: [0, 0], cutFlipped: true, cutLines: true,
      boneOpacity: preview ? PREVIEW_OPACITY : 1, meshLines: false,
    };
    this.tree = new PartsTree(this.model.allParts(), () => this.update());
    this.box = boxOf(this.model.clouds(this.run(0)!, part => this.tree.visible(part), 0));
    this.canvas = new Canvas(this.stage, () => this.rendered());
    this.controls = new Controls(this.model, this.state, {
      changed: () => this.update(),
      runChanged: () => this.runChanged(),
      show: view => this.show(view),
      frameChanged: () => this.show(this.viewName ?? 'lateral'),
      capture: () => this.savePicture(),
    }, this.box, preview);
    this.stage.append(this.overlay.element);
    this.stage.setAttribute('aria-label', `3D view of the spine. ${KEY_HELP}.`);
    listen(this.stage, {
      eye: () => this.eye, setEye: eye => this.setEye(eye), show: view => this.show(view), height: () => this.pictureHeight(),
      click: (x, y) => this.read(x, y),
    });
    this.element = h('section', {id: 'scene', 'aria-labelledby': 'scene-title'},
      h('h2', {id: 'scene-title'}, '3D view'),
      h('div', {class: 'scene'},
        h('div', {class: 'scene-main'}, this.stage, this.picture,
          h('div', {class: 'colour-bars'}, ...PART_CLASSES.map(name => this.bars[name].element)),
          this.readout, this.text),
        h('div', {class: 'scene-side'}, this.controls.element, this.tree.element)),
      h('p', {class: 'note screen-only'}, `Drag to turn, drag with Shift or the right button to move, wheel or two fingers to zoom; keys: ${KEY_HELP}.`),
      this.ranges);
    this.ranges.addEventListener('toggle', () => this.fillRanges());
  }

  /** To be called once the element stands in the document. */
  start(): void {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const paint = () => {
      this.canvas.setBackground(dark.matches ? [0.11, 0.125, 0.145] : [1, 1, 1]);
      this.canvas.requestRender();
    };
    dark.addEventListener('change', paint);
    paint();
    new ResizeObserver(() => this.arrange()).observe(this.stage);
    addEventListener('beforeprint', () => {
      this.canvas.setBackground([1, 1, 1]);
      this.picture.src = this.canvas.capture();
    });
    addEventListener('afterprint', paint);
    this.runChanged();
    this.arrange();
    this.show('lateral');
  }

  /** What the results say is to be seen first, where these runs are in the page. */
  private firstView(scene: Scene): FirstView | null {
    const {first} = scene;
    if (!first || !first.variants.every(variant => this.model.run(variant, first.direction, first.protocol)?.protocol === first.protocol))
      return null;
    return {...first, level: this.model.discs().includes(first.level) ? first.level : ''};
  }

  private run(index: 0 | 1): Run | null {
    const variant = this.state.variants[index];
    return variant === null ? null : this.model.run(variant, this.state.direction, this.state.protocol);
  }

  private runs(): Run[] {
    return [this.run(0), this.run(1)].filter((run): run is Run => run !== null && run.steps.length > 0);
  }

  private step(index: 0 | 1): Step | null {
    const [left, own] = [this.run(0), this.run(index)];
    const step = left?.steps[Math.min(this.state.step, left.steps.length - 1)];
    return own && left && step ? this.model.matchingStep(own, step, left) : own?.steps[own.steps.length - 1] ?? null;
  }

  private field(partClass: PartClass): Field | null {
    return this.model.scene.fields.find(field => field.name === this.state.fields[partClass]) ?? null;
  }

  private stacked(): boolean {
    return this.stage.clientWidth < STACK_BELOW;
  }

  private count(): 1 | 2 {
    return this.run(1) ? 2 : 1;
  }

  private pictureHeight(): number {
    return this.stage.clientHeight / (this.count() === 2 && this.stacked() ? 2 : 1);
  }

  private aspect(): number {
    return this.stage.clientWidth / (this.count() === 2 && !this.stacked() ? 2 : 1) / Math.max(1, this.pictureHeight());
  }

  private arrange(): void {
    this.stage.classList.toggle('tall', this.count() === 2 && this.stacked());
    this.canvas.arrange(this.count(), this.stacked());
    this.overlay.arrange(this.count(), this.stacked());
    this.canvas.resize();
    if (this.viewName)
      this.show(this.viewName);
  }

  private show(view: ViewName): void {
    const {frame} = this.state;
    const shown = (part: Part) => frame ? part.group === 'disc' && part.level === frame : this.tree.visible(part);
    const clouds = this.runs().flatMap(run => this.model.clouds(run, shown, this.state.factor));
    const eye = fit(VIEWS[view], clouds, this.aspect(), CAPTION_HEIGHT / Math.max(1, this.pictureHeight()));
    this.setEye(frame ? {...eye, halfHeight: FRAME_SCALE * eye.halfHeight} : eye);
    this.viewName = view;
    this.describe();
  }

  private setEye(eye: Eye): void {
    this.viewName = null;
    this.eye = eye;
    this.canvas.setEye(eye);
    this.overlay.update(eye, this.pictureHeight());
    this.overlay.setLabels(this.labels());
    this.canvas.requestRender();
  }

  private runChanged(): void {
    this.controls.setSteps((this.run(0)?.steps ?? []).map(stepText));
    this.arrange();
    this.update();
  }

  private colouring(partClass: PartClass): Colouring & {clipped: boolean} {
    const field = this.field(partClass);
    const mode = this.state.rangeMode;
    if (!field)
      return {field, range: [0, 1], clipped: false};
    if (mode === 'own' && partClass === 'solid')
      return {field, range: this.state.ownRange, clipped: true};
    if (mode.startsWith('group:'))
      return {field, range: field.ranges?.[mode.slice(6)] ?? field.range, clipped: true};
    if (mode === 'study' || mode === 'own')
      return {field, range: field.range, clipped: true};
    const coloured = (part: Part) => this.tree.visible(part) && !this.plain(part);
    const key = [partClass, field.name, mode, String(this.state.discsOnly), ...this.runs().map(run => `${run.variant}|${run.direction}|${run.protocol}`),
      this.visibility()].join('\n');
    let range = this.rangeCache.get(key);
    if (!range) {
      range = this.model.rangeOf(this.runs(), partClass, field, coloured, mode === 'trimmed' ? TRIM : 0);
      this.rangeCache.set(key, range);
    }
    return {field, range, clipped: mode === 'trimmed'};
  }

  private plain(part: Part): boolean {
    return this.state.discsOnly && classOf(part) === 'solid' && part.group !== 'disc';
  }

  /** Names of the marked levels, beside the left edge of what they name. */
  private labels(): LevelLabel[] {
    const {right, up} = axesOf(this.eye);
    const two = this.count() === 2;
    const [width, height] = [this.stage.clientWidth / (two && !this.stacked() ? 2 : 1), this.pictureHeight()];
    const scale = 2 * this.eye.halfHeight / Math.max(1, height);
    return this.marked.flatMap(({text, role, picture, clouds}) => {
      let [left, low, high] = [Infinity, Infinity, -Infinity];
      for (const points of clouds) {
        for (let i = 0; i < points.length; i += 3) {
          const place = [0, 1, 2].map(k => points[i + k] - this.eye.centre[k]);
          const [x, y] = [right, up].map(axis => axis[0] * place[0] + axis[1] * place[1] + axis[2] * place[2]);
          left = Math.min(left, x);
          low = Math.min(low, y);
          high = Math.max(high, y);
        }
      }
      const y = height / 2 - (low + high) / 2 / scale;
      if (!(y > CAPTION_HEIGHT && y < height - 10))
        return [];
      const x = Math.max(LETTER_WIDTH * Math.max(...text.split('\n').map(line => line.length)) + 8, Math.min(width - 8, width / 2 + left / scale - 8));
      return [{text, role, x: x + (picture === 1 && !this.stacked() ? width : 0), y: y + (picture === 1 && this.stacked() ? height : 0)}];
    });
  }

  private findMarked(): void {
    this.marked = ([0, 1] as const).flatMap(picture => {
      const [run, step] = [this.run(picture), this.step(picture)];
      if (!run || !step)
        return [];
      const parts = this.model.parts(run);
      return markedLevels().map(({name, role}) => ({
        text: `${name}\n${role}`, role, picture,
        clouds: parts.flatMap((part, i) => part.level === name && part.kind === 'hexahedra' && this.tree.visible(part)
          ? [this.model.points(part, step.values[i], this.state.factor)] : []),
      })).filter(({clouds}) => clouds.length > 0);
    });
  }

  private visibility(): string {
    return this.model.allParts().map(part => this.tree.visible(part) ? '1' : '0').join('');
  }

  private plane(): Plane | null {
    const {cut, cutDirection, cutPosition, cutTilts, cutFlipped} = this.state;
    const centre = this.box.low.map((value, k) => (value + this.box.high[k]) / 2) as Vector;
    return cut ? planeOf(cutDirection, centre, cutPosition, cutTilts, cutFlipped) : null;
  }

  private update(): void {
    const colouring = Object.fromEntries(PART_CLASSES.map(name => [name, this.colouring(name)])) as
      Record<PartClass, Colouring & {clipped: boolean}>;
    const plane = this.plane();
    const look: Look = {
      visible: part => this.tree.visible(part),
      opacity: part => this.seenThrough.includes(part.group) ? Math.min(this.state.boneOpacity, part.opacity || 1) : part.opacity || 1,
      colouring, plain: part => this.plain(part), factor: this.state.factor, plane, cutLines: this.state.cutLines,
    };
    for (const index of [0, 1] as const) {
      const [run, step] = [this.run(index), this.step(index)];
      const shapes = run && step ? this.model.shapes(run, step, look) : null;
      if (shapes)
        this.canvas.setLayers(index, shapes.layers);
      this.pieces[index] = shapes?.pieces ?? [];
      this.overlay.captions[index].textContent = run && step ? caption(run, step) : '';
    }
    this.canvas.setPlane(plane, this.state.cutLines);
    this.canvas.setMeshLines(this.state.meshLines);
    for (const name of PART_CLASSES) {
      const shown = this.model.parts(this.run(0)!).some(part => classOf(part) === name && this.tree.visible(part));
      this.bars[name].show(shown ? colouring[name].field : null, tableOf(name, colouring[name].field), colouring[name].range,
        colouring[name].clipped, name === 'solid' && this.state.discsOnly ? 'Discs' : CLASS_TITLES[name]);
    }
    this.findMarked();
    this.overlay.setLabels(this.labels());
    if (colouring.solid.field)
      this.controls.offerRange(colouring.solid.range);
    this.describe();
    this.fillRanges();
    this.canvas.requestRender();
  }

  /** Says what lies at a place of the stage (CSS pixels from its upper left corner). */
  private read(x: number, y: number): void {
    const two = this.count() === 2;
    const [width, height] = [this.stage.clientWidth / (two && !this.stacked() ? 2 : 1), this.pictureHeight()];
    const index = two && (this.stacked() ? y >= height : x >= width) ? 1 : 0;
    const scale = 2 * this.eye.halfHeight / height;
    const plane = this.plane();
    const hit = pick(this.pieces[index], {
      ...axesOf(this.eye), centre: this.eye.centre, x: (x % width - width / 2) * scale, y: (height / 2 - y % height) * scale,
    }, place => !plane || place.reduce((sum, value, k) => sum + (value - plane.origin[k]) * plane.normal[k], 0) >= -1e-3);
    const value = hit && Number.isFinite(hit.value) ? `${hit.piece.label} ${formatNumber(hit.value)} ${hit.piece.unit}` : 'no value';
    this.readout.textContent = !hit ? 'Nothing lies there.'
      : `${words(hit.piece.name)} (${words(this.state.variants[index] ?? '')}): ${value} at ` +
        `${hit.place.map(coordinate => formatNumber(Math.round(10 * coordinate) / 10, 4)).join(', ')} mm (left, posterior, superior).`;
  }

  /** The picture in words. */
  private describe(): void {
    const views = ([0, 1] as const).map(index => {
      const [run, step] = [this.run(index), this.step(index)];
      return run && step ? caption(run, step) : null;
    }).filter(text => text !== null);
    const field = this.field('solid');
    const cut = this.state.cut ? ` Cut by a ${this.state.cutDirection} plane at ${formatNumber(Math.round(10 * this.state.cutPosition) / 10, 3)} mm.` : '';
    const factor = this.state.factor === 1 ? 'in its true shape' : `with displacements times ${this.state.factor}`;
    const shape = this.preview ? '' : `, ${factor}`;
    this.text.textContent = `Shown ${this.viewName ? VIEWS[this.viewName].text : 'from a free direction'}: ${views.join('; beside it: ')}${shape}. ` +
      `Parts: ${this.tree.visibleGroups().join(', ') || 'none'}. ` +
      (field ? this.coloursInWords(field) : 'Parts in their own colours.') + cut + this.reason();
  }

  private coloursInWords(field: Field): string {
    return this.state.discsOnly ? `Discs coloured by ${withUnit(field.label, field.unit)}; bone is plain grey.`
      : `Solids coloured by ${withUnit(field.label, field.unit)}; light grey: no value.`;
  }

  /** Why this picture is the first one, as long as it is shown. */
  private reason(): string {
    const {first, state} = this;
    return first && first.variants[0] === state.variants[0] && first.direction === state.direction && first.protocol === state.protocol &&
      (state.variants[1] === null || state.variants[1] === first.variants[1]) && state.frame === first.level ? ` ${first.words}.` : '';
  }

  private fillRanges(): void {
    while (this.ranges.childNodes.length > 1)
      this.ranges.lastChild!.remove();
    if (!this.ranges.open)
      return;
    for (const partClass of PART_CLASSES) {
      const field = this.field(partClass);
      const table = field ? this.rangeTable(partClass, field) : null;
      if (table && table.rows.length > 0)
        this.ranges.append(tableElement(table));
    }
  }

  private rangeTable(partClass: PartClass, field: Field): Table {
    const rows = new Map<string, {part: Part; values: (number | null)[]}>();
    const shown = this.runs();
    shown.forEach((run, i) => {
      const step = this.step(i as 0 | 1);
      if (!step)
        return;
      for (const range of this.model.rangesOfParts(run, step, partClass, field, part => this.tree.visible(part))) {
        const row = rows.get(range.part.name) ?? {part: range.part, values: new Array<number | null>(3 * shown.length).fill(null)};
        row.values.splice(3 * i, 3, range.low, range.mean, range.high);
        rows.set(range.part.name, row);
      }
    });
    return {
      id: `values-${partClass}`, title: `${field.label} on the shown parts (mean over cells, not weighted by volume)`,
      columns: [
        {key: 'part', title: 'part', type: 'text'}, {key: 'level', title: 'level', type: 'text'},
        ...shown.flatMap(run => ['smallest', 'mean', 'largest'].map(word =>
          ({key: `${run.variant} ${word}`, title: `${words(run.variant)} ${word}`, unit: field.unit, type: 'number' as const}))),
      ],
      rows: [...rows.values()].map(({part, values}) => [words(part.name), part.level, ...values]),
    };
  }

  private rendered(): void {
    this.stage.dataset.renders = String(Number(this.stage.dataset.renders ?? 0) + 1);
    this.stage.dataset.ready = 'no';
    // Kept for print, where scripts may no longer run; taken when the view rests.
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.picture.src = this.canvas.capture();
      this.stage.dataset.ready = 'yes';
    }, 400);
  }

  private savePicture(): void {
    const url = this.canvas.capture();
    const binary = atob(url.slice(url.indexOf(',') + 1));
    const bytes = Uint8Array.from(binary, letter => letter.charCodeAt(0));
    download(fileName([...this.state.variants.filter(Boolean), this.state.direction, this.state.fields.solid].join('_'), 'png'),
      'image/png', new Blob([bytes], {type: 'image/png'}));
  }
}

function stepText(step: Step): string {
  return step.label;
}

function caption(run: Run, step: Step): string {
  const moment = step.moment_Nm !== null && step.moment_Nm !== undefined && !/Nm/.test(step.label)
    ? `, ${formatNumber(step.moment_Nm, 3)} Nm` : '';
  return [words(run.variant), words(run.direction), words(run.protocol)].filter(Boolean).join(', ') +
    `: ${step.label}${moment}${run.failed ? ' (not converged beyond this)' : ''}`;
}
