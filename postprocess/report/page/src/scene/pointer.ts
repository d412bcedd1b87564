// Mouse, fingers and keys over the 3D picture.

import {shifted, turned, VIEWS, zoomed, type Eye, type ViewName} from './camera';

const VIEW_KEYS: Record<string, ViewName> = {l: 'lateral', a: 'anterior', p: 'posterior', o: 'oblique', s: 'superior'};

/** Pixels that a pointer may move in a click. */
const CLICK_TRAVEL = 4;

export interface PointerTarget {
  eye: () => Eye;
  setEye: (eye: Eye) => void;
  show: (view: ViewName) => void;
  /** Height of one picture in CSS pixels. */
  height: () => number;
  /** A press without a drag, CSS pixels from the upper left corner. */
  click: (x: number, y: number) => void;
}

export const KEY_HELP = 'arrow keys turn, Shift with arrow keys moves, plus and minus zoom, L A P O S show the spine from the left, ' +
  'from the front, from behind, obliquely, from above';

export function listen(element: HTMLElement, target: PointerTarget): void {
  const fingers = new Map<number, {x: number; y: number}>();
  let travelled = 0;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.hypot(a.x - b.x, a.y - b.y)};
  };

  element.addEventListener('pointerdown', event => {
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    travelled = fingers.size > 1 ? Infinity : 0;
  });
  element.addEventListener('pointermove', event => {
    const last = fingers.get(event.pointerId);
    if (!last)
      return;
    if (fingers.size === 2) {
      const before = spread();
      fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
      const after = spread();
      const moved = shifted(target.eye(), after.x - before.x, after.y - before.y, target.height());
      target.setEye(before.size > 0 ? zoomed(moved, after.size / before.size) : moved);
      return;
    }
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    travelled += Math.abs(dx) + Math.abs(dy);
    const move = event.shiftKey || event.buttons === 2 || event.buttons === 4;
    target.setEye((move ? shifted : turned)(target.eye(), dx, dy, target.height()));
  });
  element.addEventListener('pointerup', event => {
    fingers.delete(event.pointerId);
    const box = element.getBoundingClientRect();
    if (travelled <= CLICK_TRAVEL && event.button === 0)
      target.click(event.clientX - box.left - element.clientLeft, event.clientY - box.top - element.clientTop);
  });
  element.addEventListener('pointercancel', event => fingers.delete(event.pointerId));
  element.addEventListener('contextmenu', event => event.preventDefault());
  element.addEventListener('wheel', event => {
    // A wheel over the picture scrolls the page until the picture has been chosen by a click or by the keyboard.
    if (document.activeElement !== element && !event.ctrlKey)
      return;
    event.preventDefault();
    target.setEye(zoomed(target.eye(), Math.exp(-event.deltaY / 600)));
  }, {passive: false});

  element.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey)
      return;
    const arrows: Record<string, [number, number]> = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    const arrow = arrows[event.key];
    const view = VIEW_KEYS[event.key.toLowerCase()];
    if (arrow)
      target.setEye((event.shiftKey ? shifted : turned)(target.eye(), 20 * arrow[0], 20 * arrow[1], target.height()));
    else if (event.key === '+' || event.key === '=')
      target.setEye(zoomed(target.eye(), 1.15));
    else if (event.key === '-')
      target.setEye(zoomed(target.eye(), 1 / 1.15));
    else if (view && view in VIEWS)
      target.show(view);
    else
      return;
    event.preventDefault();
  });
}
