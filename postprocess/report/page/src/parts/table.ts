// A table that can be sorted by each column and filtered by its words.

import {button, checkBox, h, selectBox, uniqueId} from '../dom';
import {downloadButton} from '../download';
import {roleOf, withRole} from '../levels';
import type {Cell, Column, Table} from '../schema';
import {distinct, fileName, formatChange, formatNumber, sortedOrder, toCsv, withUnit, words} from '../text';

/** Columns of words with more different values than this get no select box. */
const MAX_CHOICES = 200;
/** Rows shown at first where the table does not name its primary rows. */
const FIRST_ROWS = 30;
/** Longer tables begin with one direction and one protocol. */
const LONG_TABLE = 40;
const FIRST_FILTERED = new Set(['direction', 'protocol']);
/** Columns that repeat what the name of the row says; narrow screens leave them out. */
const MINOR_COLUMNS = new Set(['level']);

function isChange(column: Column): boolean {
  return column.role === 'change' || (column.type === 'number' && column.unit === '%' && /change/i.test(column.title + column.key));
}

function fillCell(element: HTMLElement, cell: Cell, column: Column): void {
  if (typeof cell === 'number') {
    element.textContent = isChange(column) ? formatChange(cell) : formatNumber(cell);
    element.dataset.value = String(cell);
    if (isChange(column) && Math.abs(cell) >= 0.05)
      element.classList.add(cell > 0 ? 'rise' : 'fall');
  } else {
    element.textContent = cell === null ? '–' : words(cell);
    const role = column.key === 'level' && cell ? roleOf(cell) : undefined;
    if (role)
      element.append(' ', h('span', {class: `role ${role}`}, role));
  }
  if (column.type === 'number')
    element.classList.add('number');
}

interface State {
  sortColumn: number;
  descending: boolean;
  filters: Map<number, string>;
  search: string;
  all: boolean;
}

/** Rows that the filters and the search leave, before folding. */
function matching(table: Table, state: State): number[] {
  const needle = state.search.trim().toLowerCase();
  const result: number[] = [];
  table.rows.forEach((row, index) => {
    for (const [column, wanted] of state.filters)
      if (String(row[column] ?? '') !== wanted)
        return;
    if (needle && !row.some(cell => typeof cell === 'string' && words(cell).toLowerCase().includes(needle)))
      return;
    result.push(index);
  });
  return result;
}

/** The label of a fold with what no filter says of its rows. */
function foldText(table: Table, fold: {label: string; rows: number[]}, state: State): string {
  const where = table.columns.map((column, k) => FIRST_FILTERED.has(column.key) && !state.filters.has(k) ? table.rows[fold.rows[0]][k] : null)
    .filter((cell): cell is string => typeof cell === 'string' && cell !== '');
  return [...where.map(words), fold.label].join(', ');
}

export function tableElement(table: Table): HTMLElement {
  const state: State = {sortColumn: -1, descending: false, filters: new Map(), search: '', all: false};
  const primary = new Set(table.primary ?? []);
  const status = h('p', {class: 'status', 'aria-live': 'polite'});
  const body = h('tbody');
  const headers: HTMLTableCellElement[] = [];
  const levelColumn = table.columns.findIndex(column => column.key === 'level');
  const titles = table.columns.map(column => withUnit(column.title, column.unit));

  const shownRows = (): {rows: number[]; folded: number} => {
    const found = matching(table, state);
    let rows = found;
    if (!state.all && primary.size > 0) {
      rows = found.filter(index => primary.has(index));
      if (rows.length === 0)
        rows = found;
    }
    if (state.sortColumn >= 0)
      rows = sortedOrder(table.rows, rows, state.sortColumn, state.descending);
    if (!state.all && primary.size === 0)
      rows = rows.slice(0, FIRST_ROWS);
    return {rows, folded: found.length - rows.length};
  };

  const update = () => {
    const {rows, folded} = shownRows();
    // A column that a filter holds at one value tells nothing; the first of the others names the row.
    const naming = Math.max(0, table.columns.findIndex((_, k) => !state.filters.has(k)));
    body.replaceChildren();
    const told = new Map<number, {label: string; rows: number[]}>();
    if (!state.all && !state.search.trim()) {
      const shown = new Set(rows);
      for (const fold of table.folds ?? [])
        if (fold.rows.every(index => shown.has(index)))
          fold.rows.forEach(index => told.set(index, fold));
    }
    const done = new Set<{label: string; rows: number[]}>();
    for (const index of rows) {
      const fold = told.get(index);
      if (fold) {
        if (!done.has(fold))
          body.append(h('tr', {class: 'fold'}, h('th', {scope: 'row', colspan: table.columns.length - state.filters.size}, foldText(table, fold, state))));
        done.add(fold);
        continue;
      }
      const role = levelColumn < 0 ? undefined : roleOf(String(table.rows[index][levelColumn]));
      const line = h('tr', {class: role});
      table.columns.forEach((column, k) => {
        const cell = k === naming ? h('th', {scope: 'row'}) : h('td');
        fillCell(cell, table.rows[index][k] ?? null, column);
        cell.hidden = state.filters.has(k);
        if (MINOR_COLUMNS.has(column.key))
          cell.classList.add('minor');
        line.append(cell);
      });
      body.append(line);
    }
    headers.forEach((header, k) => {
      header.setAttribute('aria-sort', k !== state.sortColumn ? 'none' : state.descending ? 'descending' : 'ascending');
      header.hidden = state.filters.has(k);
      header.classList.toggle('minor', MINOR_COLUMNS.has(table.columns[k].key));
    });
    status.textContent = `${rows.length - told.size} of ${table.rows.length} rows` +
      (told.size > 0 ? `; ${told.size} are told in ${done.size === 1 ? 'one line' : `${done.size} lines`}` : '') + (folded > 0 ? `; ${folded} more are folded` : '');
  };

  const head = h('tr');
  table.columns.forEach((column, k) => {
    const title = button(words(titles[k]), () => {
      // Numbers are first wanted from the largest, words from A.
      state.descending = state.sortColumn === k ? !state.descending : column.type === 'number';
      state.sortColumn = k;
      update();
    }, {title: 'sort by this column'});
    const header = h('th', {scope: 'col', 'data-title': words(titles[k]), 'aria-sort': 'none', class: column.type === 'number' ? 'number' : undefined}, title);
    headers.push(header);
    head.append(header);
  });

  const tools = h('div', {class: 'tools', role: 'group', 'aria-label': `Filters of the table ${table.title}`});
  table.columns.forEach((column, k) => {
    if (column.type !== 'text')
      return;
    const values = distinct(table.rows.map(row => String(row[k] ?? '')));
    if (values.length < 2 || values.length > MAX_CHOICES || table.rows.length < 8)
      return;
    const start = FIRST_FILTERED.has(column.key) && table.rows.length > LONG_TABLE ? values[0] : '*';
    const box = selectBox(column.title, [{value: '*', text: 'all'}, ...values.map(value => ({value, text: column.key === 'level' ? withRole(value) : words(value) || '(none)'}))],
      start, value => {
        if (value === '*')
          state.filters.delete(k);
        else
          state.filters.set(k, value);
        update();
      });
    if (start !== '*')
      state.filters.set(k, start);
    box.select.dataset.column = column.key;
    tools.append(box.element);
  });
  if (table.rows.length >= 8) {
    const id = uniqueId('search');
    const input = h('input', {type: 'search', id, autocomplete: 'off'});
    input.addEventListener('input', () => {
      state.search = input.value;
      update();
    });
    tools.append(h('span', {class: 'field'}, h('label', {for: id}, 'search'), input));
  }
  if (primary.size > 0 ? primary.size < table.rows.length : table.rows.length > FIRST_ROWS)
    tools.append(checkBox(primary.size > 0 ? 'all quantities' : 'all rows', false, checked => {
      state.all = checked;
      update();
    }).element);
  tools.append(downloadButton('CSV', () => fileName(table.id || table.title, 'csv'), 'text/csv;charset=utf-8',
    () => toCsv(titles, table.rows)));

  update();
  return h('div', {class: 'table', 'data-table': table.id},
    tools,
    h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': table.title},
      h('table', {}, h('caption', {}, table.title), h('thead', {}, head), body)),
    status,
    table.note ? h('p', {class: 'note'}, table.note) : null);
}
