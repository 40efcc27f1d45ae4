// States as people see them: a word, a sign and a colour, never the colour alone.

import { h, svg } from './dom.js';

const PATHS = {
  ok: 'M4 8.5l2.6 2.6L12 5.6',
  warning: 'M8 4v5M8 11.6v.4',
  critical: 'M5 5l6 6M11 5l-6 6',
  unknown: 'M6 6.2a2 2 0 1 1 2.6 1.9c-.5.2-.6.5-.6 1.1M8 11.6v.4',
};
const WORDS = {
  ok: 'Healthy',
  warning: 'Watch',
  critical: 'Needs attention',
  unknown: 'Not known yet',
};
const RANK = { critical: 3, warning: 2, unknown: 1, ok: 0 };

export const known = (status) => (status in PATHS ? status : 'unknown');
export const word = (status) => WORDS[known(status)];
export const worse = (a, b) => (RANK[known(a)] >= RANK[known(b)] ? a : b);
export const rank = (status) => RANK[known(status)];

export function icon(status, size = 16) {
  return svg(
    'svg',
    {
      viewBox: '0 0 16 16',
      width: size,
      height: size,
      'aria-hidden': 'true',
      class: `icon ${known(status)}`,
    },
    status === 'warning'
      ? svg('path', { d: 'M8 1.2l7 13H1z', class: 'shape' })
      : svg('circle', { cx: 8, cy: 8, r: 7, class: 'shape' }),
    svg('path', {
      d: status === 'warning' ? 'M8 6v4M8 12v.4' : PATHS[known(status)],
      class: 'mark',
    }),
  );
}

/** Icon and word. */
export function badge(status, text = word(status)) {
  return h('span', { class: `badge ${known(status)}` }, icon(status), h('span', {}, text));
}

const COLOURS = {
  ok: '#18794e',
  warning: '#b7791f',
  critical: '#c02a1d',
  unknown: '#56606e',
  stale: '#8a929e',
};

/** The tab's picture and title say the state, too. */
export function showInTab(status, title) {
  const colour = COLOURS[status] ?? COLOURS.unknown;
  const shape =
    status === 'warning'
      ? "<path d='M8 1l7.5 14H.5z' fill='C'/>"
      : "<circle cx='8' cy='8' r='7.5' fill='C'/>";
  const mark = status === 'warning' ? 'M8 6v4.5M8 12.4v.6' : (PATHS[status] ?? PATHS.unknown);
  const picture =
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${shape.replace('C', colour)}` +
    `<path d='${mark}' fill='none' stroke='#fff' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round'/></svg>`;
  const link = document.getElementById('favicon');
  const href = `data:image/svg+xml,${encodeURIComponent(picture)}`;
  if (link.getAttribute('href') !== href) link.setAttribute('href', href);
  link.dataset.state = status;
  const sign = { ok: '✓', warning: '!', critical: '✗', unknown: '?', stale: '…' }[status] ?? '?';
  document.title = `${sign} ${title} · mlops`;
}
