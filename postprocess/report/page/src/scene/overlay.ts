// What lies over the 3D picture: captions, a bar of known length, the patient's axes.

import {h} from '../dom';
import {axesOf, type Eye} from './camera';

const SVG = 'http://www.w3.org/2000/svg';

function svg(tag: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, String(value));
  if (text)
    element.textContent = text;
  return element;
}

/** Letters of the six ends of the axes, LPS. */
const ENDS: [string, [number, number, number]][] = [
  ['L', [1, 0, 0]], ['R', [-1, 0, 0]], ['P', [0, 1, 0]], ['A', [0, -1, 0]], ['S', [0, 0, 1]], ['I', [0, 0, -1]],
];

/** A level's name at its place; pixels from the upper left corner of the stage. */
export interface LevelLabel {
  text: string;
  role: string;
  x: number;
  y: number;
}

export class Overlay {
  readonly element: HTMLElement;
  readonly captions = [h('p', {class: 'caption'}), h('p', {class: 'caption'})];
  private readonly axes = svg('svg', {viewBox: '-40 -40 80 80', class: 'axes'});
  private readonly labels = h('div', {});
  private readonly bar = h('div', {class: 'scale-bar'});

  constructor() {
    this.element = h('div', {class: 'overlay', 'aria-hidden': 'true'}, ...this.captions, this.bar, this.labels);
    this.element.append(this.axes);
  }

  setLabels(labels: LevelLabel[]): void {
    this.labels.replaceChildren(...labels.map(({text, role, x, y}) => {
      const label = h('span', {class: `level-label ${role}`}, text);
      label.style.left = `${x}px`;
      label.style.top = `${y}px`;
      return label;
    }));
  }

  arrange(count: 1 | 2, stacked: boolean): void {
    this.captions[1].hidden = count === 1;
    this.element.classList.toggle('two', count === 2 && !stacked);
    this.element.classList.toggle('stacked', count === 2 && stacked);
  }

  /** Axes and scale bar for an eye; `height` is that of one picture in CSS pixels. */
  update(eye: Eye, height: number): void {
    const {right, up, towards} = axesOf(eye);
    this.axes.replaceChildren();
    const dot = (a: number[], b: number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const ends = [...ENDS].sort((a, b) => dot(a[1], towards) - dot(b[1], towards));
    for (const [letter, end] of ends) {
      const [x, y] = [24 * dot(end, right), -24 * dot(end, up)];
      if (Math.hypot(x, y) < 8)
        continue;
      this.axes.append(svg('line', {x1: 0, y1: 0, x2: x, y2: y}), svg('text', {x: 1.4 * x, y: 1.4 * y}, letter));
    }
    const mmPerPixel = 2 * eye.halfHeight / Math.max(1, height);
    const length = [1, 2, 5, 10, 20, 50, 100, 200].find(mm => mm / mmPerPixel >= 50) ?? 500;
    this.bar.style.width = `${length / mmPerPixel}px`;
    this.bar.textContent = `${length} mm`;
  }
}
