// What every chart has around it: a title, a sentence that says what is to be seen, the numbers as
// a table and as files, and a cursor for the keyboard.

import { announce, download, h, refill } from './dom.js';
import { makeChart } from './chart.js';

const MAX_TABLE_ROWS = 25;

function csvCell(value) {
  const text = value === null || value === undefined ? '' : String(value);
  // A leading sign would be run as a formula by spreadsheets unless it is a number.
  const safe = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const toCsv = ({ columns, rows }) =>
  [columns.map((c) => c.key), ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') +
  '\r\n';

const toJson = ({ columns, rows }) =>
  JSON.stringify(
    rows.map((row) => Object.fromEntries(row.map((v, i) => [columns[i].key, v]))),
    null,
    1,
  );

/** Evenly chosen rows, the last one always. */
function thin(rows) {
  if (rows.length <= MAX_TABLE_ROWS) return rows;
  const step = (rows.length - 1) / (MAX_TABLE_ROWS - 1);
  return Array.from({ length: MAX_TABLE_ROWS }, (_, i) => rows[Math.round(i * step)]);
}

function tableOf({ columns, rows }, caption) {
  const cell = (value, i) =>
    h(
      i === 0 ? 'th' : 'td',
      i === 0 ? { scope: 'row' } : {},
      columns[i].show ? columns[i].show(value) : (value ?? '–'),
    );
  return h(
    'table',
    { class: 'data' },
    h('caption', { class: 'visually-hidden' }, caption),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map((c) => h('th', { scope: 'col' }, c.label)),
      ),
    ),
    h(
      'tbody',
      {},
      thin(rows).map((row) => h('tr', {}, row.map(cell))),
    ),
  );
}

/**
 * A figure; `update({summary, table, note, empty})` says what it shows. `table`: {columns: [{key,
 * label, show?}], rows}. The body is the caller's.
 */
export function makeFigure({ title, file, level = 3 }) {
  let table = { columns: [], rows: [] };
  const sentence = h('p', { class: 'summary' });
  const body = h('div', { class: 'figure-body' });
  const note = h('p', { class: 'note' });
  const holder = h('div', {
    class: 'scroll',
    tabindex: '0',
    role: 'group',
    'aria-label': `${title}: numbers`,
  });
  const details = h('details', { class: 'numbers' }, h('summary', {}, 'Numbers'), holder);
  const fillTable = () => {
    if (details.open) refill(holder, tableOf(table, title));
  };
  details.addEventListener('toggle', fillTable);
  const save = (kind, type, content) =>
    h(
      'button',
      {
        type: 'button',
        class: 'quiet small',
        'aria-label': `${title}: download as ${kind}`,
        onclick: () => download(`${file()}.${kind.toLowerCase()}`, type, content(table)),
      },
      kind,
    );
  const element = h(
    'figure',
    { class: 'panel' },
    h(
      'div',
      { class: 'panel-head' },
      h(`h${level}`, {}, title),
      h(
        'div',
        { class: 'tools' },
        save('CSV', 'text/csv', toCsv),
        save('JSON', 'application/json', toJson),
      ),
    ),
    h('figcaption', {}, sentence),
    body,
    note,
    details,
  );
  return {
    element,
    body,
    update(next) {
      sentence.textContent = next.summary ?? '';
      note.textContent = next.note ?? '';
      note.hidden = !next.note;
      table = next.table ?? table;
      details.hidden = table.rows.length === 0;
      fillTable();
    },
  };
}

/** A figure with a chart of values over time. `height` in pixels. */
export function makeTimeFigure(options) {
  const figure = makeFigure(options);
  const readout = h('output', { class: 'readout' });
  const holder = h('div', { class: 'plot', tabindex: '0', role: 'group' });
  const nothing = h('div', { class: 'nothing', hidden: true });
  figure.body.append(holder, readout, nothing);
  const chart = makeChart(holder, { height: options.height ?? 190, sync: options.sync });
  let spec = null;
  let index = -1;
  const show = (i, aloud) => {
    index = i;
    const text = i >= 0 && spec ? spec.readout(i) : '';
    readout.textContent = text || '\u00a0';
    if (aloud && text) announce(text);
  };
  chart.onCursor((i) => show(i, false));
  holder.addEventListener('keydown', (event) => {
    if (!spec) return;
    const last = spec.x.length - 1;
    const to = {
      ArrowLeft: Math.max(0, (index < 0 ? last + 1 : index) - 1),
      ArrowRight: Math.min(last, index + 1),
      Home: 0,
      End: last,
      Escape: -1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    chart.setCursor(to);
    show(to, true);
  });
  return {
    element: figure.element,
    update(next) {
      figure.update(next);
      spec = next.spec;
      holder.hidden = readout.hidden = !spec;
      nothing.hidden = Boolean(spec);
      refill(nothing, next.empty ?? '');
      holder.setAttribute(
        'aria-label',
        `${options.title}. ${next.summary ?? ''} Arrow keys move through the points.`,
      );
      if (spec) chart.draw(spec);
      show(-1, false);
    },
    destroy: () => chart.destroy(),
  };
}
