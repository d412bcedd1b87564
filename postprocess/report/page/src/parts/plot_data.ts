// The data behind a plot: a table for those who cannot see it, a file for those who plot it themselves.

import type {Column, Cell, Plot} from '../schema';
import {withUnit} from '../text';

export function plotData(plot: Plot): {columns: Column[]; rows: Cell[][]} {
  if (plot.kind === 'corridor') {
    return {
      columns: [
        {key: 'label', title: 'quantity', type: 'text'}, {key: 'computed', title: 'computed', type: 'number'},
        {key: 'lower', title: 'lower', type: 'number'}, {key: 'upper', title: 'upper', type: 'number'},
        {key: 'published', title: 'published', type: 'number'}, {key: 'unit', title: 'unit', type: 'text'},
        {key: 'inside', title: 'inside', type: 'text'}, {key: 'status', title: 'status', type: 'text'},
      ],
      rows: (plot.points ?? []).map(point => [point.label, point.computed, point.lower, point.upper, point.published, point.unit,
        point.inside === true ? 'yes' : point.inside === false ? 'no' : null, point.status]),
    };
  }
  const x: Column = {key: 'x', title: plot.x?.label ?? 'x', unit: plot.x?.unit, type: plot.kind === 'bar' ? 'text' : 'number'};
  const y: Column = {key: 'y', title: plot.y?.label ?? 'y', unit: plot.y?.unit, type: 'number'};
  const banded = (plot.series ?? []).some(series => series.low);
  const ends: Column[] = banded ? [{key: 'low', title: 'lower end of the error band', unit: plot.y?.unit, type: 'number'},
    {key: 'high', title: 'upper end of the error band', unit: plot.y?.unit, type: 'number'}] : [];
  return {
    columns: [{key: 'series', title: 'series', type: 'text'}, x, y, ...ends],
    rows: (plot.series ?? []).flatMap(series => series.y.map((value, i): Cell[] =>
      [series.name, plot.kind === 'bar' ? plot.categories?.[i] ?? null : series.x?.[i] ?? i, value,
        ...(banded ? [series.low?.[i] ?? null, series.high?.[i] ?? null] : [])])),
  };
}

export function plotTitles(plot: Plot): string[] {
  return plotData(plot).columns.map(column => withUnit(column.title, column.unit));
}
