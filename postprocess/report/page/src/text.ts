// Numbers and words as people read them, and as files hold them.

import type {Cell} from './schema';

/** A number with about `digits` figures, without exponent where it stays readable; U+2212 as minus. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value))
    return '–';
  const size = Math.abs(value);
  let text: string;
  if (size === 0)
    text = '0';
  else if (size >= 1e6 || size < 1e-4)
    text = value.toExponential(Math.max(0, digits - 2));
  else
    text = value.toFixed(Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(size)))));
  if (Number(text) === 0)
    text = '0';
  return text.replace('-', '\u2212');
}

/** A change in percent with its sign. */
export function formatChange(value: number): string {
  const rounded = value.toFixed(1);
  return (Number(rounded) > 0 ? '+' : Number(rounded) === 0 ? '' : '\u2212') + rounded.replace('-', '') + '\u00a0%';
}

/** Hyphens before figures as minus signs. */
export function properMinus(text: string): string {
  return text.replace(/(^|[\s(])-(?=\d)/g, '$1\u2212');
}

/** "left_lateral_bending" -> "left lateral bending" */
export function words(name: string): string {
  return name.replace(/_/g, ' ');
}

export function withUnit(label: string, unit?: string): string {
  return unit && unit !== '-' && unit !== '1' ? `${label} [${unit}]` : label;
}

function csvCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined)
    return '';
  if (typeof cell === 'number')
    return Number.isFinite(cell) ? String(cell) : '';
  // A spreadsheet would run text that begins like a formula.
  const text = /^[=+@\t\r]|^-[^\d.]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** RFC 4180, with a line of titles. */
export function toCsv(titles: string[], rows: (Cell | undefined)[][]): string {
  return [titles, ...rows].map(row => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** Order of two cells: numbers by size, text by its words and numbers (L2 before L10), what is missing last. */
export function compareCells(a: Cell | undefined, b: Cell | undefined, descending: boolean): number {
  const missing = (cell: Cell | undefined) => cell === null || cell === undefined || cell === '' ||
    (typeof cell === 'number' && !Number.isFinite(cell));
  if (missing(a) || missing(b))
    return Number(missing(a)) - Number(missing(b));
  let order: number;
  if (typeof a === 'number' && typeof b === 'number')
    order = a - b;
  else if (typeof a === 'number')
    order = -1;
  else if (typeof b === 'number')
    order = 1;
  else
    order = String(a).localeCompare(String(b), 'en', {numeric: true, sensitivity: 'base'});
  return descending ? -order : order;
}

/** Indices of the rows in the order of a column; equal rows keep their order. */
export function sortedOrder(rows: Cell[][], indices: number[], column: number, descending: boolean): number[] {
  return [...indices].sort((a, b) => compareCells(rows[a][column], rows[b][column], descending) || a - b);
}

/** A name that every file system takes. */
export function fileName(text: string, extension: string): string {
  const stem = text.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[_.]+|[_.]+$/g, '').slice(0, 80);
  return `${stem || 'report'}.${extension}`;
}

export function distinct<T>(values: T[]): T[] {
  return [...new Set(values)];
}
