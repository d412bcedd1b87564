import {h} from '../dom';
import {formatNumber, withUnit} from '../text';
import type {Field} from '../schema';

/** A bar of colours with its field, unit and end values. */
export class ColourBar {
  readonly element: HTMLElement;
  private readonly title = h('span', {class: 'bar-title'});
  private readonly canvas = h('canvas', {width: 256, height: 1, 'aria-hidden': 'true'});
  private readonly numbers = h('span', {class: 'bar-numbers'});

  constructor() {
    this.element = h('div', {class: 'colour-bar'}, this.title, this.canvas, this.numbers);
  }

  /** `clipped`: values beyond the ends exist and are painted like the ends. */
  show(field: Field | null, table: Uint8Array, range: [number, number], clipped: boolean, of: string): void {
    this.element.hidden = field === null;
    if (!field)
      return;
    const context = this.canvas.getContext('2d');
    if (context) {
      const image = context.createImageData(256, 1);
      for (let i = 0; i < 256; ++i)
        image.data.set([table[3 * i], table[3 * i + 1], table[3 * i + 2], 255], 4 * i);
      context.putImageData(image, 0, 0);
    }
    this.title.textContent = `${of}: ${withUnit(field.label, field.unit)}`;
    const values = [0, 0.25, 0.5, 0.75, 1].map(share => range[0] + share * (range[1] - range[0]));
    // Round-off must not show as digits: nothing finer than a thousandth of the width.
    const width = Math.abs(range[1] - range[0]);
    const texts = values.map(value => formatNumber(Math.abs(value) < width / 1000 ? 0 : value, 3));
    if (clipped) {
      texts[0] = `≤ ${texts[0]}`;
      texts[4] = `≥ ${texts[4]}`;
    }
    this.numbers.replaceChildren(...texts.map(text => h('span', {}, text)));
  }
}
