// Check boxes that show and hide parts: kind of tissue, then level, then part.

import {button, h, uniqueId} from '../dom';
import {withRole} from '../levels';
import type {Part} from '../schema';
import {words} from '../text';

/** From the skeleton to what was implanted; groups that are not listed come last. */
const GROUP_ORDER = ['mark', 'bone', 'cartilage', 'disc', 'fibre', 'ligament', 'muscle', 'facet', 'implant', 'cement', 'load'];
const GROUP_TITLES: Record<string, string> = {
  bone: 'bone', cartilage: 'cartilage', disc: 'discs', ligament: 'ligaments', muscle: 'muscles', facet: 'facet joints', implant: 'implants',
  cement: 'cement', load: 'loads', mark: 'findings', fibre: 'fibres of the annulus',
};

interface Node {
  input: HTMLInputElement;
  leaves: string[];
}

/** A part is known by its group and name, in every geometry. */
export function keyOf(part: Part): string {
  return `${part.group}\n${part.name}`;
}

export class PartsTree {
  readonly element: HTMLElement;
  private readonly hidden = new Set<string>();
  private readonly nodes: Node[] = [];
  private readonly groups = new Map<string, string[]>();

  constructor(parts: Part[], private readonly onChange: () => void) {
    const byKey = new Map(parts.map(part => [keyOf(part), part]));
    for (const [key, part] of byKey) {
      if (part.opacity === 0)
        this.hidden.add(key);
      this.groups.set(part.group, [...this.groups.get(part.group) ?? [], key]);
    }
    const order = (group: string) => (GROUP_ORDER.indexOf(group) + 99) % 99;
    const list = h('ul', {class: 'tree'});
    for (const group of [...this.groups.keys()].sort((a, b) => order(a) - order(b))) {
      const keys = this.groups.get(group)!;
      const levels = new Map<string, string[]>();
      for (const key of keys) {
        const level = byKey.get(key)!.level || 'other';
        levels.set(level, [...levels.get(level) ?? [], key]);
      }
      const inner = h('ul');
      for (const [level, members] of [...levels].sort((a, b) => a[0].localeCompare(b[0], 'en', {numeric: true}))) {
        const leaves = h('ul');
        for (const key of members)
          leaves.append(h('li', {}, this.box(words(byKey.get(key)!.name), [key])));
        inner.append(h('li', {}, h('details', {}, h('summary', {}, this.box(withRole(level), members)), leaves)));
      }
      list.append(h('li', {}, h('details', {}, h('summary', {}, this.box(GROUP_TITLES[group] ?? words(group), keys)), inner)));
    }
    const quick = h('div', {class: 'tools', role: 'group', 'aria-label': 'Quick choice of parts'},
      button('all', () => this.showOnly(() => true)), button('none', () => this.showOnly(() => false)));
    const soft = this.groups.has('muscle') ? 'no ligaments or muscles' : 'no ligaments';
    for (const [text, groups] of [['discs only', ['disc', 'cartilage']], [soft, null], ['implants only', ['implant', 'cement']]] as const)
      if (groups === null ? this.groups.has('ligament') || this.groups.has('muscle') : groups.some(group => this.groups.has(group)))
        quick.append(button(text, () => this.showOnly(key => groups === null ? !/^(ligament|muscle|load)\n/.test(key)
          : groups.some(group => key.startsWith(`${group}\n`)))));
    this.element = h('details', {class: 'parts', open: innerWidth > 900}, h('summary', {}, 'Parts'), quick, list);
    this.refresh();
  }

  visible(part: Part): boolean {
    return !this.hidden.has(keyOf(part));
  }

  /** Names of the groups of which something is visible. */
  visibleGroups(): string[] {
    return [...this.groups].filter(([, keys]) => keys.some(key => !this.hidden.has(key)))
      .map(([group]) => GROUP_TITLES[group] ?? words(group));
  }

  hasGroup(group: string): boolean {
    return this.groups.has(group);
  }

  private showOnly(wanted: (key: string) => boolean): void {
    for (const keys of this.groups.values())
      for (const key of keys)
        this.hidden[wanted(key) ? 'delete' : 'add'](key);
    this.refresh();
    this.onChange();
  }

  private box(text: string, leaves: string[]): HTMLElement {
    const id = uniqueId('part');
    const input = h('input', {type: 'checkbox', id});
    input.addEventListener('change', () => {
      for (const key of leaves)
        this.hidden[input.checked ? 'delete' : 'add'](key);
      this.refresh();
      this.onChange();
    });
    this.nodes.push({input, leaves});
    return h('span', {class: 'check'}, input, h('label', {for: id}, text));
  }

  private refresh(): void {
    for (const {input, leaves} of this.nodes) {
      const shown = leaves.filter(key => !this.hidden.has(key)).length;
      input.checked = shown > 0;
      input.indeterminate = shown > 0 && shown < leaves.length;
    }
  }
}
