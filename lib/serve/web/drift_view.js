// Did the data change? A row a column of data, a cell a stretch of time; a row opens what training
// saw beside what comes now.

import { differs } from './alert_words.js';
import { h, name, refill, visible } from './dom.js';
import { count, isNumber, moment, percent, plural, significant } from './format.js';
import { makeFigure } from './figure.js';
import { distribution } from './small_charts.js';
import { badge } from './status.js';

const SLIGHT = 0.1; // customary bands of the population stability index
const STRONG = 0.25;
const WORDS = {
  none: 'no data',
  same: 'as expected',
  slight: 'slightly different',
  changed: 'different',
  strong: 'very different',
};
const DRIFT_WORDS = { ok: 'As in training', warning: 'Changed', unknown: 'Too few' };

function band(psi, floor) {
  if (!isNumber(psi)) return 'none';
  if (psi <= (floor ?? 0)) return 'same';
  return psi < SLIGHT ? 'slight' : psi < STRONG ? 'changed' : 'strong';
}

/** Alarm, difference or neither. */
function driftBadge(drift) {
  if (drift.status === 'ok' && differs(drift)) return badge('unknown', 'Different, no alarm');
  return badge(drift.status, DRIFT_WORDS[drift.status]);
}

/** Share of what the model's answers depend on. */
function weightWords(share) {
  return share > 0 && share < 0.01 ? '< 1 %' : percent(share, 0);
}

function cell(feature, t, i) {
  const kind = band(feature.psi[i], feature.noise_floor[i]);
  const words = `${moment(t)}: ${WORDS[kind]}${isNumber(feature.psi[i]) ? ` (${significant(feature.psi[i])}), ${plural(feature.n[i], 'row')}` : ''}`;
  const mark = { changed: '▪', strong: '■' }[kind] ?? '';
  return h(
    'td',
    { class: `heat ${kind}`, title: words },
    h('span', { 'aria-hidden': 'true' }, mark),
    h('span', { class: 'visually-hidden' }, WORDS[kind]),
  );
}

function legend() {
  return h(
    'p',
    { class: 'heat-legend' },
    ['none', 'same', 'slight', 'changed', 'strong'].map((kind) =>
      h(
        'span',
        {},
        h(
          'i',
          { class: `heat ${kind}`, 'aria-hidden': 'true' },
          { changed: '▪', strong: '■' }[kind] ?? '',
        ),
        WORDS[kind],
      ),
    ),
  );
}

export function makeDrift(modelName) {
  const figure = makeFigure({
    title: 'Did the data change?',
    file: () => `${modelName}-drift`,
    level: 2,
  });
  const element = h('section', { class: 'drift' }, figure.element);
  let opened = null;
  let last = null;
  let shown = '';

  function toggle(feature) {
    opened = opened === feature ? null : feature;
    draw();
  }

  function row(drift, column, times) {
    const key = drift.feature;
    const isOpen = opened === key;
    const id = `drift-${key.length}-${[...key].reduce((a, c) => (a * 31 + c.codePointAt(0)) >>> 0, 7)}`;
    const rows = [
      h(
        'tr',
        { class: isOpen ? 'open' : '' },
        h(
          'th',
          { scope: 'row' },
          h(
            'button',
            {
              type: 'button',
              class: 'row-button',
              'aria-expanded': String(isOpen),
              'aria-controls': isOpen ? id : null,
              'data-key': `drift-${key}`,
              onclick: () => toggle(key),
            },
            h('span', { class: 'chevron', 'aria-hidden': 'true' }, isOpen ? '▾' : '▸'),
            key === 'prediction' && drift.isPrediction ? h('em', {}, 'the answers') : name(key, 28),
          ),
        ),
        h('td', { class: 'number' }, drift.isPrediction ? '' : weightWords(drift.importance)),
        h('td', {}, driftBadge(drift)),
        column ? times.map((t, i) => cell(column, t, i)) : null,
      ),
    ];
    if (isOpen) {
      rows.push(
        h(
          'tr',
          { class: 'detail-row', id },
          h(
            'td',
            { colspan: String(3 + (column ? times.length : 0)) },
            h(
              'p',
              {},
              drift.change ? `Largest change: ${visible(drift.change, 200)}. ` : '',
              isNumber(drift.psi)
                ? `Distance (PSI) ${significant(drift.psi)} over ${plural(drift.n, 'row')}; equal data of this size stays below ${significant(drift.noise_floor)}.`
                : 'No data in this time.',
            ),
            column && drift.n ? distribution(column) : null,
          ),
        ),
      );
    }
    return rows;
  }

  function draw() {
    const { health, timeline } = last;
    const columns = new Map((timeline?.features ?? []).map((f) => [f.feature, f]));
    const times = timeline?.t ?? [];
    const prediction = health.drift.prediction && {
      ...health.drift.prediction,
      isPrediction: true,
    };
    const rows = [
      ...(prediction ? [row(prediction, timeline?.prediction, times)] : []),
      ...health.drift.features.map((d) => row(d, columns.get(d.feature), times)),
    ];
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Column'),
      h('th', { scope: 'col', class: 'number' }, 'Weight'),
      h('th', { scope: 'col' }, 'State'),
      times.map((t, i) =>
        h(
          'th',
          { scope: 'col', class: 'when' },
          i % Math.ceil(times.length / 6) === 0
            ? moment(t)
            : h('span', { class: 'visually-hidden' }, moment(t)),
        ),
      ),
    );
    refill(
      figure.body,
      health.volume.total === 0 && health.drift.status === 'unknown'
        ? h(
            'div',
            { class: 'nothing' },
            h(
              'p',
              {},
              'Nothing has been predicted in this time. The columns below are what training saw; open one.',
            ),
          )
        : legend(),
      h(
        'div',
        {
          class: 'scroll heat-scroll',
          tabindex: '0',
          role: 'group',
          'aria-label': 'Change of each column over time',
        },
        h(
          'table',
          { class: 'heat-map' },
          h(
            'caption',
            { class: 'visually-hidden' },
            'Distance from the training data for each column and stretch of time',
          ),
          h('thead', {}, head),
          h('tbody', {}, rows),
        ),
      ),
    );
  }

  return {
    element,
    update(health, timeline) {
      const key = JSON.stringify([health.drift, timeline]);
      if (key === shown) return;
      shown = key;
      last = { health, timeline };
      draw();
      const moved = health.drift.features.filter((f) => f.status === 'warning');
      const times = timeline?.t ?? [];
      figure.update({
        summary:
          health.drift.status === 'unknown'
            ? `Too few predictions (${count(health.drift.features[0]?.n ?? 0)}) to compare with the training data.`
            : moved.length
              ? `${plural(moved.length, 'column')} of ${health.drift.features.length} changed: ${moved
                  .slice(0, 4)
                  .map((f) => visible(f.feature, 30))
                  .join(', ')}.`
              : health.drift.features.some(differs)
                ? 'Some columns differ from training; there is not enough evidence for an alarm so far.'
                : `None of ${plural(health.drift.features.length, 'column')} changed beyond what chance does.`,
        note: 'Columns that matter most to the model and changed most come first. A change is no fault by itself: what it does to the quality is shown above.',
        table: {
          columns: ['column', 'time', 'psi', 'noise_floor', 'rows'].map((k) => ({
            key: k,
            label: k,
          })),
          rows: (timeline?.features ?? []).flatMap((f) =>
            times.map((t, i) => [f.feature, t, f.psi[i], f.noise_floor[i], f.n[i]]),
          ),
        },
      });
    },
  };
}
