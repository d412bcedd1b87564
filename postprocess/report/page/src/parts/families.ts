// Plots of one family differ by their filters only (direction, level, ...): one frame shows them, select boxes choose.

import type {Plot} from '../schema';
import {distinct} from '../text';

export interface Family {
  name: string;
  group: string;
  plots: Plot[];
  /** Filters that take more than one value, with their values in the order of their first appearance. */
  choices: Map<string, string[]>;
}

export function familiesOf(plots: Plot[]): Family[] {
  const families = new Map<string, Family>();
  for (const plot of plots) {
    // Corridors are read together, so each stands in a frame of its own.
    const key = [plot.group, plot.family || plot.id, plot.kind === 'corridor' ? plot.id : ''].join('\n');
    const known = families.get(key);
    if (known)
      known.plots.push(plot);
    else
      families.set(key, {name: plot.family || plot.id, group: plot.group, plots: [plot], choices: new Map()});
  }
  for (const family of families.values()) {
    for (const filter of distinct(family.plots.flatMap(plot => Object.keys(plot.filters ?? {})))) {
      const values = distinct(family.plots.map(plot => plot.filters?.[filter]).filter((v): v is string => v !== undefined));
      if (values.length > 1)
        family.choices.set(filter, values);
    }
  }
  return [...families.values()];
}

/** The plot that meets the wish for `changed` and as many of the other wishes as can be met together with it. */
export function choosePlot(family: Family, wishes: Map<string, string>, changed?: string): Plot {
  let best = family.plots[0];
  let bestScore = -1;
  for (const plot of family.plots) {
    let score = 0;
    for (const [filter, value] of wishes)
      if (plot.filters?.[filter] === value)
        score += filter === changed ? 100 : 1;
    if (score > bestScore) {
      best = plot;
      bestScore = score;
    }
  }
  return best;
}
