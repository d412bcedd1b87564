import {BarChart, CustomChart, LineChart, ScatterChart} from 'echarts/charts';
import {AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent} from 'echarts/components';
import {init, use, type ECharts} from 'echarts/core';
import {SVGRenderer} from 'echarts/renderers';

import {h, selectBox} from '../dom';
import {downloadButton} from '../download';
import {markLevels} from '../levels';
import type {Plot} from '../schema';
import {distinct, fileName, toCsv, words} from '../text';
import {choosePlot, familiesOf, type Family} from './families';
import {plotData, plotTitles} from './plot_data';
import {description, PAPER, plotHeight, plotOption, type Theme} from './plot_options';
import {tableElement} from './table';

use([BarChart, CustomChart, LineChart, ScatterChart, AriaComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, SVGRenderer]);

function screenTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  return {text: read('--text', PAPER.text), grid: read('--line', PAPER.grid), background: read('--paper', PAPER.background)};
}

/** The plot as a drawing for a paper: dark on white, of a fixed size. */
export function plotSvg(plot: Plot): string {
  const width = 720;
  const chart = init(null, null, {renderer: 'svg', ssr: true, width, height: plotHeight(plot, width)});
  chart.setOption({...plotOption(plot, PAPER, width), backgroundColor: PAPER.background});
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

class PlotFrame {
  readonly element: HTMLElement;
  private readonly drawing = h('div', {class: 'drawing'});
  private readonly title = h('h4');
  private readonly note = h('p', {class: 'note'});
  private readonly data = h('details', {class: 'data'}, h('summary', {}, 'data as a table'));
  private readonly wishes = new Map<string, string>();
  private readonly boxes = new Map<string, HTMLSelectElement>();
  private chart: ECharts | null = null;
  private plot: Plot;
  private width = 0;

  constructor(private readonly family: Family) {
    this.plot = family.plots[0];
    const tools = h('div', {class: 'tools', role: 'group', 'aria-label': `Choice of the plot ${words(family.name)}`});
    for (const [filter, values] of family.choices) {
      const box = selectBox(words(filter), values.map(value => ({value, text: markLevels(words(value))})),
        this.plot.filters?.[filter] ?? values[0], value => this.choose(filter, value));
      this.boxes.set(filter, box.select);
      tools.append(box.element);
    }
    tools.append(
      downloadButton('SVG', () => this.name('svg'), 'image/svg+xml', () => plotSvg(this.plot)),
      downloadButton('CSV', () => this.name('csv'), 'text/csv;charset=utf-8',
        () => toCsv(plotTitles(this.plot), plotData(this.plot).rows)));
    this.data.addEventListener('toggle', () => this.fillData());
    this.element = h('figure', {class: 'plot', 'data-family': family.name}, this.title, tools, this.drawing, this.note, this.data);
    this.write();
  }

  private name(extension: string): string {
    return fileName([this.family.name, ...Object.values(this.plot.filters ?? {})].join('_'), extension);
  }

  private choose(filter: string, value: string): void {
    this.wishes.set(filter, value);
    this.plot = choosePlot(this.family, this.wishes, filter);
    for (const [name, select] of this.boxes)
      select.value = this.plot.filters?.[name] ?? select.value;
    this.write();
    this.draw();
  }

  private write(): void {
    this.title.textContent = markLevels(this.plot.title);
    this.note.textContent = this.plot.note ?? '';
    this.drawing.setAttribute('role', 'img');
    this.drawing.setAttribute('aria-label', description(this.plot));
    this.fillData();
  }

  private fillData(): void {
    while (this.data.childNodes.length > 1)
      this.data.lastChild!.remove();
    if (this.data.open)
      this.data.append(tableElement({id: this.plot.id, title: this.plot.title, ...plotData(this.plot)}));
  }

  /** Draws at the width that the page gives now, or at a given one (print). */
  draw(theme: Theme = screenTheme(), width = this.drawing.clientWidth): void {
    if (width < 50)
      return;
    this.width = width;
    const height = plotHeight(this.plot, width);
    if (!this.chart)
      this.chart = init(this.drawing, null, {renderer: 'svg', width, height});
    this.drawing.style.height = `${height}px`;
    this.chart.resize({width, height});
    this.chart.setOption(plotOption(this.plot, theme, width), {notMerge: true});
    this.chart.getZr().flush();
  }

  fit(): void {
    if (this.drawing.clientWidth !== this.width)
      this.draw();
  }

  get drawn(): boolean {
    return this.chart !== null;
  }
}

/** A pending print draws for paper, the screen's looks come back afterwards. */
const PRINT_WIDTH = 640;

export function plotsSection(plots: Plot[]): HTMLElement {
  const section = h('section', {id: 'plots', 'aria-labelledby': 'plots-title'}, h('h2', {id: 'plots-title'}, 'Plots'));
  const families = familiesOf(plots);
  const frames: PlotFrame[] = [];
  for (const group of distinct(families.map(family => family.group))) {
    const grid = h('div', {class: 'plots'});
    for (const family of families.filter(candidate => candidate.group === group)) {
      const frame = new PlotFrame(family);
      frames.push(frame);
      grid.append(frame.element);
    }
    section.append(h('h3', {}, group), grid);
  }
  // Only plots near the screen are drawn; a report may have hundreds.
  const byElement = new Map(frames.map(frame => [frame.element as Element, frame]));
  const visible = new IntersectionObserver(entries => {
    for (const entry of entries)
      if (entry.isIntersecting)
        byElement.get(entry.target)?.fit();
  }, {rootMargin: '600px'});
  const sized = new ResizeObserver(entries => {
    for (const entry of entries) {
      const frame = byElement.get(entry.target);
      if (frame?.drawn)
        frame.fit();
    }
  });
  for (const frame of frames) {
    visible.observe(frame.element);
    sized.observe(frame.element);
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => frames.filter(frame => frame.drawn).forEach(frame => frame.draw()));
  addEventListener('beforeprint', () => frames.forEach(frame => frame.draw(PAPER, PRINT_WIDTH)));
  addEventListener('afterprint', () => frames.forEach(frame => frame.draw()));
  return section;
}
