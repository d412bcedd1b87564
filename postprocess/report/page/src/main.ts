import './styles.css';

import {h} from './dom';
import {setLevels} from './levels';
import {answerElement} from './parts/answer';
import {plotsSection} from './parts/plots';
import {
  credibilityElement, figuresElement, headerElement, isPreview, licencesElement, listSection, provenanceElement, tablesElement, variantsElement,
} from './parts/words';
import {SCHEMA, type Report, type Scene} from './schema';
import {hasWebGl} from './scene/canvas';
import {SceneSection} from './scene/section';

function readReport(): Report {
  const text = document.getElementById('report-data')?.textContent ?? '';
  let report: Report;
  try {
    report = JSON.parse(text);
  } catch {
    throw new Error('This page holds no results: it is the empty form that "lumbarfem report" fills, or the file is damaged.');
  }
  if (report.schema !== SCHEMA)
    throw new Error(`The results in this page are of form ${String(report.schema)}, the page reads form ${SCHEMA}.`);
  return report;
}

/** Tables of a preview that stand open: surgery, loading, model. */
const OPEN_IN_PREVIEW = 3;

function sceneSection(scene: Scene | null | undefined, preview: boolean): {element: HTMLElement; start?: () => void} | null {
  if (!scene || !scene.runs.some(run => run.steps.length > 0))
    return null;
  const note = (text: string) => ({
    element: h('section', {id: 'scene'}, h('h2', {}, '3D view'), h('p', {class: 'warning', role: 'status'}, text)),
  });
  if (!hasWebGl())
    return note('The 3D view needs WebGL 2, which this browser does not offer or has switched off. Tables and figures tell the same.');
  try {
    const section = new SceneSection(scene, preview);
    return {element: section.element, start: () => section.start()};
  } catch (error) {
    return note(`The 3D view could not be made (${error instanceof Error ? error.message : String(error)}). Tables and plots are complete.`);
  }
}

/** Links to the sections that are there. */
function contents(sections: HTMLElement[]): HTMLElement {
  const list = h('ul');
  for (const section of sections) {
    const heading = section.querySelector('h2');
    if (section.id && heading)
      list.append(h('li', {}, h('a', {href: `#${section.id}`}, heading.textContent ?? section.id)));
  }
  return h('nav', {'aria-label': 'Contents'}, list);
}

/** Paper cannot unfold: everything is open while the page is printed. */
function unfoldForPrint(): void {
  let folded: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')]
      .filter(details => !details.closest('.screen-only') && !details.closest('.scene-side'));
    folded.forEach(details => { details.open = true; });
  });
  addEventListener('afterprint', () => folded.forEach(details => { details.open = false; }));
}

function build(report: Report): void {
  document.title = `${report.title} – LumbarFEM`;
  const preview = isPreview(report);
  setLevels(report.levels ?? []);
  const scene = sceneSection(report.scene, preview);
  const tables = tablesElement(report.tables ?? [], preview ? OPEN_IN_PREVIEW : 1);
  const warnings = listSection('warnings', preview ? 'Findings' : 'Warnings', report.warnings ?? [], 'warning');
  const sections = [
    answerElement(report.answer ?? []),
    variantsElement(report),
    ...(preview ? [warnings, scene?.element, tables] : [tables, scene?.element]),
    figuresElement(report, !scene?.start),
    (report.plots?.length ?? 0) > 0 ? plotsSection(report.plots!) : null,
    preview ? null : warnings,
    listSection('notes', 'Notes', report.notes ?? []),
    credibilityElement(report),
    provenanceElement(report),
    licencesElement(),
  ].filter((section): section is HTMLElement => section !== null && section !== undefined);
  const main = h('main', {id: 'main'}, ...sections);
  document.body.append(h('a', {class: 'skip', href: '#main'}, 'to the results'), headerElement(report), contents(sections), main);
  unfoldForPrint();
  try {
    scene?.start?.();
  } catch (error) {
    scene?.element.append(h('p', {class: 'warning', role: 'alert'},
      `The 3D view failed: ${error instanceof Error ? error.message : String(error)}. Tables and plots are complete.`));
  }
  document.documentElement.dataset.ready = 'yes';
}

try {
  build(readReport());
} catch (error) {
  document.body.append(h('main', {}, h('h1', {}, 'LumbarFEM report'),
    h('p', {class: 'warning', role: 'alert'}, error instanceof Error ? error.message : String(error))));
}
