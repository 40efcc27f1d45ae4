// Charts that fit into a card or a row, as SVG: they say one thing each.

import { h, svg } from './dom.js';
import { isNumber, percent, score } from './format.js';
import { keepsLimit, stretchWords } from './sentences.js';

/** Bars of a volume, without axes. */
export function sparkBars(points, label) {
  const n = points.length;
  const most = Math.max(1, ...points.map((p) => p.n));
  return svg(
    'svg',
    {
      class: 'spark',
      viewBox: `0 0 ${n * 4} 32`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    points.map((p, i) => {
      const height = p.n ? Math.max(1.5, (30 * p.n) / most) : 0.6;
      return svg('rect', {
        x: i * 4 + 0.4,
        y: 32 - height,
        width: 3.2,
        height,
        class: p.n ? 'some' : 'none',
      });
    }),
  );
}

/** One cell for each stretch of time; the worst that was open in it. */
export function healthBar(cells) {
  const count = (status) => cells.filter((c) => c.status === status).length;
  const words = [
    ['critical', 'needing attention'],
    ['warning', 'to watch'],
    ['ok', 'healthy'],
    ['none', 'without traffic'],
  ]
    .filter(([status]) => count(status))
    .map(([status, text]) => `${count(status)} ${text}`);
  return h(
    'div',
    {
      class: 'health-bar',
      role: 'img',
      'aria-label': `Health over time, ${cells.length} stretches: ${words.join(', ')}.`,
    },
    cells.map((cell) => h('i', { class: cell.status, title: stretchWords(cell) })),
  );
}

/** Where a value lies between what was promised and what is not accepted. */
export function bullet(performance) {
  const { realized, threshold, reference, metric } = performance;
  const value = realized?.value;
  const known = [value, realized?.lower, realized?.upper, threshold, reference].filter(isNumber);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const air = (high - low || Math.abs(high) || 1) * 0.15;
  const x = (v) => (100 * (v - low + air)) / (high - low + 2 * air);
  const ok = !isNumber(value) || keepsLimit(performance, value);
  const label = isNumber(value)
    ? `${score(metric, value)}; limit ${score(metric, threshold)}; when it was made ${score(metric, reference)}`
    : `limit ${score(metric, threshold)}; when it was made ${score(metric, reference)}; now not known`;
  return svg(
    'svg',
    {
      class: 'bullet',
      viewBox: '0 0 100 14',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    svg('rect', { x: 0, y: 5.5, width: 100, height: 3, rx: 1.5, class: 'rail' }),
    isNumber(realized?.lower) &&
      svg('rect', {
        x: x(realized.lower),
        y: 4,
        width: Math.max(0.6, x(realized.upper) - x(realized.lower)),
        height: 6,
        class: `interval ${ok ? 'ok' : 'critical'}`,
      }),
    svg('rect', { x: x(threshold) - 0.4, y: 0, width: 0.8, height: 14, class: 'limit' }),
    svg('rect', { x: x(reference) - 0.25, y: 2, width: 0.5, height: 10, class: 'reference' }),
    isNumber(value) &&
      svg('rect', {
        x: x(value) - 0.9,
        y: 1.5,
        width: 1.8,
        height: 11,
        rx: 0.9,
        class: `value ${ok ? 'ok' : 'critical'}`,
      }),
  );
}

/** Shares of bins: the training data's beside what came, as rows of two bars. */
export function distribution({ bins, reference, now }) {
  const most = Math.max(0.01, ...reference, ...now);
  const bar = (share, kind) =>
    svg(
      'svg',
      {
        class: `share ${kind}`,
        viewBox: '0 0 100 8',
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
      },
      svg('rect', { x: 0, y: 0, width: (100 * share) / most, height: 8, rx: 1 }),
    );
  return h(
    'table',
    { class: 'distribution' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Values'),
        h('th', { scope: 'col' }, h('span', { class: 'key reference' }), 'training'),
        h('th', { scope: 'col' }, h('span', { class: 'key now' }), 'now'),
        h('th', { scope: 'col', class: 'wide' }, h('span', { class: 'visually-hidden' }, 'Bars')),
      ),
    ),
    h(
      'tbody',
      {},
      bins.map((label, i) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, h('bdi', {}, label)),
          h('td', {}, percent(reference[i])),
          h('td', {}, percent(now[i])),
          h('td', { class: 'wide' }, bar(reference[i], 'reference'), bar(now[i], 'now')),
        ),
      ),
    ),
  );
}
