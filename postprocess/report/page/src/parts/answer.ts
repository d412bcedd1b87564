// What the page opens with: the answer in words.

import {h} from '../dom';
import type {AnswerSection} from '../schema';
import {properMinus, words} from '../text';

/** Text with `commands` between backticks. */
function sentence(text: string): (Node | string)[] {
  return text.split('`').map((piece, i) => i % 2 === 1 ? h('code', {}, piece) : properMinus(piece));
}

/** A point with the place that it begins with in bold. */
function placed(point: string): (Node | string)[] {
  const end = point.indexOf(': ');
  return end > 0 && /^[^(]*\((?:adjacent|operated)/.test(point.slice(0, end)) ? [h('b', {}, point.slice(0, end + 1)), ...sentence(point.slice(end + 1))]
    : sentence(point);
}

export function answerElement(sections: AnswerSection[]): HTMLElement | null {
  if (sections.length === 0)
    return null;
  const element = h('section', {id: 'answer', 'aria-labelledby': 'answer-title'}, h('h2', {id: 'answer-title'}, 'Answer'));
  for (const section of sections) {
    const part = section.folded ? h('details', {}, h('summary', {}, `${section.heading}, in full`)) : h('div', {}, h('h3', {}, section.heading));
    if (section.introduction)
      part.append(h('p', {class: 'note'}, ...sentence(section.introduction)));
    const list = h('dl', {class: 'answer'});
    for (const item of section.items)
      list.append(h('dt', {}, words(item.name)), h('dd', {}, item.points.length === 1 ? h('p', {}, ...sentence(item.points[0]))
        : h('ul', {}, ...item.points.map(point => h('li', {}, ...placed(point))))));
    if (section.items.length > 0)
      part.append(list);
    element.append(part);
  }
  return element;
}
