// Quality over time: every version's line with its interval, the limit, what changed when.

import { h, visible } from './dom.js';
import { count, metricName, moment, plural, rangeWords, score } from './format.js';
import { coverageWords, seriesSentence } from './sentences.js';

export const secondsOf = (t) => Date.parse(t) / 1000;

function atPoint(marks, x, i) {
  const half = x.length > 1 ? (x[1] - x[0]) / 2 : 30;
  return marks
    .filter((m) => Math.abs(m.t - x[i]) <= half)
    .map((m) => ` · ${m.sign} ${m.message}`)
    .join('')
    .slice(0, 240);
}

/** Every version's points on one axis: the volume's, which has no gaps. */
function performanceRows(health, older) {
  const x = health.volume.series.map((p) => secondsOf(p.t));
  const at = new Map(x.map((t, i) => [t, i]));
  const empty = () => x.map(() => null);
  const lines = [...older, health].map((h1) => {
    const line = {
      version: h1.version,
      value: empty(),
      lower: empty(),
      upper: empty(),
      n: empty(),
    };
    for (const p of h1.performance.series) {
      const i = at.get(secondsOf(p.t));
      if (i === undefined) continue;
      for (const key of ['value', 'lower', 'upper', 'n']) line[key][i] = p[key];
    }
    return line;
  });
  return { x, lines };
}

/** The marks of a chart for who does not see them. */
function markWords(marks, x) {
  const shown = marks.filter((m) => m.t >= x[0] && m.t <= x.at(-1) + 86_400).slice(-4);
  if (!shown.length) return '';
  return ` Marked: ${shown.map((m) => `${m.sign} ${m.label} ${moment(m.t)}`).join(', ')}.`;
}

function performanceNote(p, format) {
  const group = p.worst_segment;
  const worst = group
    ? ` Weakest group: ${visible(group.segment, 80)}, ${format(group.value)} (${format(group.lower)} to ${format(group.upper)}) against ${format(group.rest)} of all others.`
    : '';
  return `The band holds the true value with 95 % confidence. Agreed limit ${format(p.threshold)}; ${format(p.reference)} when the version was made.${worst}`;
}

export function performanceFigure(health, { marks, older, range }) {
  const p = health.performance;
  const format = (v) => score(p.metric, v);
  const { x, lines } = performanceRows(health, older);
  const now = lines.at(-1);
  const layers = lines.flatMap((line) => [
    {
      kind: 'band',
      label: 'interval',
      lower: line.lower,
      upper: line.upper,
      colour: line === now ? 'accent' : 'muted',
    },
    {
      kind: 'line',
      label: `version ${line.version}`,
      values: line.value,
      colour: line === now ? 'accent' : 'muted',
    },
  ]);
  const rows = x.flatMap((t, i) =>
    lines
      .filter((l) => l.n[i])
      .map((l) => [
        new Date(t * 1000).toISOString(),
        l.version,
        l.n[i],
        l.value[i],
        l.lower[i],
        l.upper[i],
      ]),
  );
  const text = (i) =>
    lines
      .filter((l) => l.n[i])
      .map(
        (l) =>
          `version ${l.version}: ${format(l.value[i])} (${format(l.lower[i])} to ${format(l.upper[i])}), ${plural(l.n[i], 'outcome')}`,
      )
      .join(' · ');
  const none = lines.every((l) => l.n.every((n) => !n));
  return {
    summary: none ? '' : seriesSentence(metricName(p.metric), p.series, format),
    note: none ? '' : `${performanceNote(p, format)}${markWords(marks, x)}`,
    empty: none ? emptyPerformance(health, range) : null,
    table: {
      columns: [
        { key: 'time', label: 'Time', show: moment },
        { key: 'version', label: 'Version' },
        { key: 'n', label: 'Outcomes', show: count },
        { key: 'value', label: metricName(p.metric), show: format },
        { key: 'lower', label: 'From', show: format },
        { key: 'upper', label: 'To', show: format },
      ],
      rows,
    },
    spec: none
      ? null
      : {
          x,
          to: x.length > 1 ? 2 * x.at(-1) - x.at(-2) : undefined,
          layers,
          marks,
          y: { format, max: p.metric === 'accuracy' ? 1.005 : undefined },
          levels: [
            {
              value: p.threshold,
              label: `limit ${format(p.threshold)}`,
              colour: 'critical',
              under: p.direction === 'higher',
            },
            {
              value: p.reference,
              label: `promised ${format(p.reference)}`,
              colour: 'muted',
              under: p.direction !== 'higher',
            },
          ],
          bad: { value: p.threshold, side: p.direction === 'higher' ? 'below' : 'above' },
          readout: (i) => `${moment(x[i])} · ${text(i) || 'no outcome'}${atPoint(marks, x, i)}`,
        },
  };
}

function emptyPerformance(health, range) {
  if (health.volume.total === 0)
    return h('p', {}, `No prediction in the ${rangeWords(range)}, so there is nothing to judge.`);
  const p = health.performance;
  return [
    h('p', { class: 'nothing-title' }, `Quality not known: ${coverageWords(health)}.`),
    h(
      'p',
      {},
      'Report what really happened, by the prediction’s id or a column of yours, and this chart fills, also for the past:',
    ),
    h(
      'pre',
      { tabindex: '0' },
      h('code', {}, `mlops feedback ${health.model} outcomes.csv --id-column ID`),
    ),
    p.estimated &&
      h(
        'p',
        {},
        `Judged by the inputs alone, it would be ${score(p.metric, p.estimated.value)} (${score(p.metric, p.estimated.lower)} to ${score(p.metric, p.estimated.upper)}).`,
      ),
  ];
}
