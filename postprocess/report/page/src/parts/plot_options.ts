// From a plot of the data to an option of ECharts. Series differ by colour and by dash, marker or pattern, so that they can be
// told apart without colour.

import type {EChartsCoreOption} from 'echarts/core';
import type {CustomSeriesRenderItem} from 'echarts/types/dist/echarts';

import {markLevels} from '../levels';
import type {CorridorPoint, Plot, Series} from '../schema';
import {formatNumber, withUnit, words} from '../text';

export interface Theme {
  text: string;
  grid: string;
  background: string;
}

export const PAPER: Theme = {text: '#1b1f24', grid: '#d4d8dd', background: '#ffffff'};

/** Okabe and Ito (2008): told apart by colour-weak eyes; black is left to text. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a7d00', '#7a5195'];
const DASHES: (string | number[])[] = ['solid', [7, 4], [2, 3], [9, 3, 2, 3]];
const MARKERS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond'];

/** Labels and names of the axes belong to the frame's area. */
const INSIDE = {outerBoundsMode: 'same', outerBoundsContain: 'all'};

/** Legends wrap: an entry takes about as much as its words. */
function legendHeight(plot: Plot, width: number): number {
  const length = (plot.series ?? []).reduce((sum, series) => sum + 52 + 7 * series.name.length, 0);
  return 22 * Math.max(1, Math.ceil(1.1 * length / width));
}

function base(plot: Plot, theme: Theme, width: number): EChartsCoreOption {
  const nSeries = plot.series?.length ?? 0;
  return {
    animation: false,
    color: COLOURS,
    backgroundColor: 'transparent',
    textStyle: {color: theme.text, fontFamily: 'system-ui, "Liberation Sans", Arial, sans-serif'},
    aria: {enabled: true, decal: {show: plot.kind === 'bar'}, label: {description: description(plot)}},
    grid: {left: 6, right: 18, top: 14, bottom: nSeries > 1 ? 10 + legendHeight(plot, width) : 8, ...INSIDE},
    legend: nSeries > 1 ? {bottom: 0, textStyle: {color: theme.text}, itemWidth: 34, inactiveColor: theme.grid} : {show: false},
    tooltip: {trigger: plot.kind === 'bar' ? 'axis' : 'item', confine: true, renderMode: 'richText',
      valueFormatter: (value: unknown) => typeof value === 'number' ? formatNumber(value) : String(value ?? '–')},
  };
}

/** What a screen reader says of the plot. */
export function description(plot: Plot): string {
  if (plot.kind === 'corridor') {
    const points = plot.points ?? [];
    const inside = points.filter(point => point.inside === true).length;
    return `${plot.title}: ${points.length} computed values against published ranges, ${inside} inside.`;
  }
  const parts = (plot.series ?? []).map(series => {
    const values = series.y.filter((y): y is number => y !== null && Number.isFinite(y));
    return values.length === 0 ? `${words(series.name)}: no values`
      : `${words(series.name)}: from ${formatNumber(Math.min(...values), 3)} to ${formatNumber(Math.max(...values), 3)}` +
        (series.low ? ', with an error band' : '');
  });
  return `${plot.title}. ${withUnit(plot.y?.label ?? '', plot.y?.unit)} against ${withUnit(plot.x?.label ?? '', plot.x?.unit)}. ${parts.join('; ')}.`;
}

function axis(label: string, unit: string | undefined, theme: Theme, more: object): object {
  return {
    name: withUnit(label, unit), nameLocation: 'middle', nameTextStyle: {color: theme.text}, nameTruncate: {maxWidth: 400},
    axisLabel: {color: theme.text, hideOverlap: true}, axisLine: {show: true, lineStyle: {color: theme.text}},
    splitLine: {lineStyle: {color: theme.grid}}, ...more,
  };
}

function valueAxis(label: string, unit: string | undefined, theme: Theme, more: object): object {
  return axis(label, unit, theme, {type: 'value', scale: false, ...more});
}

function referenceLine(plot: Plot, theme: Theme): object {
  if (!plot.reference)
    return {};
  return {markLine: {silent: true, symbol: 'none', lineStyle: {type: 'dashed', color: theme.text},
    label: {formatter: plot.reference.label, color: theme.text, position: 'insideEndTop'}, data: [{yAxis: plot.reference.y}]}};
}

/** Whiskers at the points, and a band between neighbours that both have one. */
function drawBand(series: Series, colour: string): CustomSeriesRenderItem {
  return (params, api) => {
    const ends = (k: number): [number[], number[]] | null => {
      const [low, high, x] = [series.low?.[k], series.high?.[k], series.x?.[k] ?? k];
      return typeof low === 'number' && typeof high === 'number' ? [api.coord([x, low]), api.coord([x, high])] : null;
    };
    const here = ends(params.dataIndex);
    if (!here)
      return null;
    const [low, high] = here;
    const line = (x1: number, y1: number, x2: number, y2: number) =>
      ({type: 'line' as const, shape: {x1, y1, x2, y2}, style: {stroke: colour, lineWidth: 1.5}});
    const next = ends(params.dataIndex + 1);
    const area = next ? [{type: 'polygon' as const, shape: {points: [low, next[0], next[1], high]}, style: {fill: colour, opacity: 0.2}}] : [];
    return {type: 'group', children: [...area, line(low[0], low[1], high[0], high[1]),
      line(low[0] - 4, low[1], low[0] + 4, low[1]), line(high[0] - 4, high[1], high[0] + 4, high[1])]};
  };
}

function bandSeries(plot: Plot): object[] {
  return (plot.series ?? []).flatMap((series, i) => !series.low || !series.high ? [] : [{
    type: 'custom', name: words(series.name), silent: true, clip: true, z: 1, encode: {x: 0, y: [1, 2]},
    renderItem: drawBand(series, COLOURS[i % COLOURS.length]), itemStyle: {color: COLOURS[i % COLOURS.length]},
    data: series.y.map((_, k) => [series.x?.[k] ?? k, series.low![k], series.high![k]]),
  }]);
}

function lineOption(plot: Plot, theme: Theme, width: number): EChartsCoreOption {
  return {
    ...base(plot, theme, width),
    xAxis: valueAxis(plot.x?.label ?? '', plot.x?.unit, theme, {nameGap: 26}),
    yAxis: valueAxis(plot.y?.label ?? '', plot.y?.unit, theme, {nameGap: 44}),
    series: [...bandSeries(plot), ...(plot.series ?? []).map((series, i) => ({
      type: 'line', name: words(series.name), symbol: MARKERS[i % MARKERS.length], symbolSize: 7, showAllSymbol: true,
      lineStyle: {width: 2, type: DASHES[i % DASHES.length]}, connectNulls: false,
      data: series.y.map((y, k) => [series.x?.[k] ?? k, y]), color: COLOURS[i % COLOURS.length],
      ...(i === 0 ? referenceLine(plot, theme) : {}),
    }))],
  };
}

function barOption(plot: Plot, theme: Theme, width: number): EChartsCoreOption {
  const categories = (plot.categories ?? []).map(category => markLevels(words(category)));
  const labelWidth = Math.max(36, (width - 90) / Math.max(1, categories.length) - 6);
  const lines = Math.max(1, ...categories.map(category => Math.ceil(7 * category.length / labelWidth)));
  return {
    ...base(plot, theme, width),
    xAxis: axis(plot.x?.label ?? '', plot.x?.unit, theme, {
      type: 'category', data: categories, nameGap: 14 + 15 * lines, splitLine: {show: false},
      axisLabel: {color: theme.text, interval: 0, width: labelWidth, overflow: 'break', lineHeight: 14},
    }),
    yAxis: valueAxis(plot.y?.label ?? '', plot.y?.unit, theme, {nameGap: 44}),
    series: (plot.series ?? []).map((series, i) => ({
      type: 'bar', name: words(series.name), data: series.y, barMaxWidth: 40,
      ...(plot.stacked ? {stack: 'all'} : {}), ...(i === 0 ? referenceLine(plot, theme) : {}),
    })),
  };
}

/** Position of a corridor's point within the range of its unit. */
function drawRange(points: CorridorPoint[]): CustomSeriesRenderItem {
  return (params, api) => {
    const point = points[params.dataIndex];
    if (point.lower === null || point.upper === null)
      return null;
    const from = api.coord([point.lower, params.dataIndex]);
    const to = api.coord([point.upper, params.dataIndex]);
    const height = 12;
    return {type: 'rect', shape: {x: from[0], y: from[1] - height / 2, width: Math.max(2, to[0] - from[0]), height, r: 2},
      style: {fill: '#7f9bb3', opacity: 0.55}};
  };
}

/** The five entries of a corridor's legend take about 700 pixels. */
function corridorLegend(width: number): number {
  return 12 + 22 * Math.ceil(720 / width);
}

function corridorOption(plot: Plot, theme: Theme, width: number): EChartsCoreOption {
  const points = plot.points ?? [];
  const unit = points[0]?.unit ?? plot.x?.unit;
  const mark = (name: string, symbol: string, colour: string, keep: (point: CorridorPoint) => boolean,
                value: (point: CorridorPoint) => number | null) => ({
    type: 'scatter', name, symbol, symbolSize: 11, itemStyle: {color: colour, opacity: 1, borderColor: theme.background, borderWidth: 1}, z: 4,
    data: points.map((point, i) => [keep(point) ? value(point) : null, i]).filter(pair => pair[0] !== null),
  });
  const computed = (point: CorridorPoint) => point.computed;
  return {
    ...base(plot, theme, width),
    legend: {bottom: 0, textStyle: {color: theme.text}},
    grid: {left: 6, right: 18, top: 8, bottom: corridorLegend(width), ...INSIDE},
    tooltip: {trigger: 'item', confine: true, renderMode: 'richText', formatter: (item: {value: (number | null)[]; seriesName: string}) => {
      const point = points[Number(item.value[item.value.length === 3 ? 2 : 1])];
      return `${point.label}\n${item.seriesName}\ncomputed ${formatNumber(point.computed)} ${point.unit}\n` +
        `published ${formatNumber(point.lower)} to ${formatNumber(point.upper)} ${point.unit} (${point.status})`;
    }},
    xAxis: valueAxis(plot.x?.label || plot.y?.label || '', unit, theme, {nameGap: 26}),
    yAxis: {type: 'category', inverse: true, data: points.map(point => words(point.label)), axisTick: {show: false},
      axisLine: {lineStyle: {color: theme.text}},
      axisLabel: {color: theme.text, width: Math.min(260, width * 0.4), overflow: 'break', interval: 0, lineHeight: 14}},
    series: [
      {type: 'custom', name: 'published range', renderItem: drawRange(points), encode: {x: [0, 1], y: 2},
        itemStyle: {color: '#7f9bb3'}, data: points.map((point, i) => [point.lower, point.upper, i])},
      mark('published value', 'rect', '#4c6a85', point => point.published !== null, point => point.published),
      mark('computed, inside', 'circle', '#009e73', point => point.inside === true, computed),
      mark('computed, outside', 'triangle', '#d55e00', point => point.inside === false, computed),
      mark('computed, not judged', 'diamond', '#e69f00', point => point.inside === null || point.inside === undefined, computed),
    ].filter(series => series.data.length > 0),
  };
}

export function plotOption(plot: Plot, theme: Theme, width: number): EChartsCoreOption {
  if (plot.kind === 'bar')
    return barOption(plot, theme, width);
  return plot.kind === 'corridor' ? corridorOption(plot, theme, width) : lineOption(plot, theme, width);
}

export function plotHeight(plot: Plot, width: number): number {
  if (plot.kind === 'corridor')
    return 56 + corridorLegend(width) + 34 * (plot.points?.length ?? 0);
  return Math.max(260, Math.min(400, width * 0.6)) + legendHeight(plot, width);
}
