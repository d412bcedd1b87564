// The parts of the page that are words: title, variants, warnings, credibility, provenance, notes, licences.

import {h} from '../dom';
import type {Report, Table} from '../schema';
import {words} from '../text';
import {tableElement} from './table';

const KIND_TITLES: Record<string, string> = {
  run: 'Study', validate: 'Validation against published corridors', convergence: 'Convergence of the mesh', calibrate: 'Calibration',
  preview: 'Preview: nothing has been solved',
};

export function isPreview(report: Report): boolean {
  return report.kind === 'preview';
}

export function headerElement(report: Report): HTMLElement {
  const made = [report.study && report.study !== report.title ? `study ${report.study}` : '', report.generated ? `made ${report.generated}` : '',
    report.program?.version ? `LumbarFEM ${report.program.version}${report.program.git_revision ? ` (${report.program.git_revision})` : ''}` : '',
    report.run?.id ? `run ${report.run.id}, frozen hash ${report.run.frozen_hash ?? ''}` : '']
    .filter(Boolean);
  const nWarnings = report.warnings?.length ?? 0;
  return h('header', {},
    h('p', {class: 'kind'}, KIND_TITLES[report.kind] ?? words(report.kind)),
    h('h1', {}, report.title),
    report.question ? h('p', {class: 'question'}, report.question) : null,
    h('p', {class: 'note'}, made.join(' · ')),
    isPreview(report) ? h('p', {class: 'warning'}, 'Preview: nothing has been solved. The page shows the models as they would be solved, ' +
      'and no results.') : null,
    nWarnings > 0 ? h('p', {class: 'warning'}, h('a', {href: '#warnings'}, counted(nWarnings, isPreview(report) ? 'finding' : 'warning')),
      isPreview(report) ? ' to look at before the study is run; red marks in the 3D view show where.'
        : ' to read before the numbers are used.') : null);
}

function counted(n: number, word: string): string {
  return n === 1 ? `1 ${word}` : `${n} ${word}s`;
}

export function variantsElement(report: Report): HTMLElement | null {
  const variants = report.variants ?? [];
  if (variants.length === 0)
    return null;
  const list = h('dl', {class: 'variants'});
  for (const variant of variants) {
    const failed = variant.status !== undefined && variant.status !== 'converged';
    list.append(h('div', {},
      h('dt', {}, words(variant.name), failed ? h('span', {class: 'badge bad'}, words(variant.status!)) : null),
      h('dd', {}, [variant.description, variant.message].filter(Boolean).join(' – ') || (failed ? '' : 'converged'))));
  }
  return h('section', {id: 'variants', 'aria-labelledby': 'variants-title'}, h('h2', {id: 'variants-title'}, 'Variants'), list);
}

/** The comparison, or what a preview tells first, stands open; further tables are folded. */
export function tablesElement(tables: Table[], nOpen = 1): HTMLElement | null {
  if (tables.length === 0)
    return null;
  const section = h('section', {id: 'tables', 'aria-labelledby': 'tables-title'}, h('h2', {id: 'tables-title'}, 'Tables'));
  tables.forEach((table, i) => section.append(i < nOpen ? tableElement(table)
    : h('details', {}, h('summary', {}, table.title), tableElement(table))));
  return section;
}

export function listSection(id: string, title: string, lines: string[], kind = ''): HTMLElement | null {
  if (lines.length === 0)
    return null;
  return h('section', {id, class: kind || undefined, 'aria-labelledby': `${id}-title`}, h('h2', {id: `${id}-title`}, title),
    h('ul', {}, ...lines.map(line => h('li', {}, line))));
}

const STATUS_CLASS: Record<string, string> = {known: 'good', partly: 'middling', open: 'bad'};

export function credibilityElement(report: Report): HTMLElement | null {
  const factors = report.credibility ?? [];
  if (factors.length === 0)
    return null;
  const section = h('section', {id: 'credibility', 'aria-labelledby': 'credibility-title'},
    h('h2', {id: 'credibility-title'}, 'Credibility'),
    h('p', {class: 'note'}, 'Under the headings of ASME V&V 40 and of Erdemir et al. 2012 (J Biomech 45, 625): what is known from ' +
      'this result, and what remains open. Judging whether it suffices for a decision is left to the reader.'));
  for (const heading of [...new Set(factors.map(factor => factor.heading))]) {
    const list = h('dl', {class: 'credibility'});
    for (const factor of factors.filter(candidate => candidate.heading === heading))
      list.append(h('dt', {}, factor.factor, h('span', {class: `badge ${STATUS_CLASS[factor.status] ?? ''}`}, words(factor.status))),
        h('dd', {}, factor.text));
    section.append(h('h3', {}, heading), list);
  }
  return section;
}

export function provenanceElement(report: Report): HTMLElement | null {
  const groups = report.provenance ?? [];
  if (groups.length === 0)
    return null;
  const section = h('section', {id: 'provenance', 'aria-labelledby': 'provenance-title'},
    h('h2', {id: 'provenance-title'}, 'Provenance'));
  for (const group of groups) {
    const list = h('dl', {class: 'provenance'});
    const long: HTMLElement[] = [];
    for (const [name, value] of group.items)
      if (value.includes('\n'))
        long.push(h('details', {}, h('summary', {}, name), h('pre', {tabindex: '0'}, value)));
      else
        list.append(h('dt', {}, name), h('dd', {}, value));
    section.append(h('h3', {}, group.heading), ...(list.childNodes.length > 0 ? [list] : []), ...long);
  }
  return section;
}

export function figuresElement(report: Report, open: boolean): HTMLElement | null {
  const figures = (report.figures ?? []).filter(figure => /^[A-Za-z0-9+/=\s]+$/.test(figure.png));
  if (figures.length === 0)
    return null;
  const grid = h('div', {class: 'figures'});
  for (const figure of figures)
    grid.append(h('figure', {}, h('img', {src: `data:image/png;base64,${figure.png}`, alt: figure.caption || figure.title, loading: 'lazy'}),
      h('figcaption', {}, h('b', {}, figure.title), figure.caption ? ` ${figure.caption}` : '')));
  return h('section', {id: 'figures', 'aria-labelledby': 'figures-title'}, h('h2', {id: 'figures-title'}, 'Figures'),
    open ? grid : h('details', {}, h('summary', {}, `${figures.length} figures`), grid));
}

/** Licences of what is built into the page; the text stands in the page itself. */
export function licencesElement(): HTMLElement | null {
  const text = document.getElementById('third-party-licences')?.textContent?.trim();
  return text ? h('section', {id: 'licences', class: 'screen-only'},
    h('details', {}, h('summary', {}, 'Licences of the software within this page'), h('pre', {tabindex: '0'}, text))) : null;
}
