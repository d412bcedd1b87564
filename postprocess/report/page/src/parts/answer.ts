// What the page opens with: the answer in words.

import {h} from '../dom';
import type {AnswerSection} from '../schema';
import {properMinus, words} from '../text';

/** Text with `commands` between backticks. */
function sentence(text: string): (Node | string)[] {
  return text.split('`').map((piece, i) => i % 2 === 1 ? h('code', {}, piece) : properMinus(piece));
}

export function answerElement(sections: AnswerSection[]): HTMLElement | null {
  if (sections.length === 0)
    return null;
  const element = h('section', {id: 'answer', 'aria-labelledby': 'answer-title'}, h('h2', {id: 'answer-title'}, 'Answer'));
  for (const section of sections) {
    element.append(h('h3', {}, section.heading));
    if (section.introduction)
      element.append(h('p', {class: 'note'}, ...sentence(section.introduction)));
    const list = h('dl', {class: 'answer'});
    for (const item of section.items)
      list.append(h('dt', {}, words(item.name)), h('dd', {}, item.points.length === 1 ? h('p', {}, ...sentence(item.points[0]))
        : h('ul', {}, ...item.points.map(point => h('li', {}, ...sentence(point))))));
    if (section.items.length > 0)
      element.append(list);
  }
  return element;
}
