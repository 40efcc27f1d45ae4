// Volume, time to answer and failed requests over time.

import { h } from './dom.js';
import {
  count,
  duration,
  isNumber,
  milliseconds,
  moment,
  plural,
  rangeWords,
  shortCount,
} from './format.js';
import { secondsOf } from './performance_figure.js';

export function volumeFigure(health, { marks, older, range }) {
  const x = health.volume.series.map((p) => secondsOf(p.t));
  const n = health.volume.series.map(
    (p, i) => p.n + older.reduce((sum, o) => sum + (o.volume.series[i]?.n ?? 0), 0),
  );
  const total = n.reduce((a, b) => a + b, 0);
  const step = x.length > 1 ? x[1] - x[0] : 60;
  return {
    summary: total
      ? `${plural(total, 'prediction')} in the ${rangeWords(range)}, at most ${count(Math.max(...n))} in ${duration(step)}.`
      : '',
    empty: total ? null : h('p', {}, `No prediction in the ${rangeWords(range)}.`),
    table: {
      columns: [
        { key: 'time', label: 'Time', show: moment },
        { key: 'predictions', label: 'Predictions', show: count },
      ],
      rows: x.map((t, i) => [new Date(t * 1000).toISOString(), n[i]]),
    },
    spec: total
      ? {
          x,
          marks: marks.filter((m) => m.type !== 'alert'),
          y: { format: shortCount, zero: true },
          to: x.at(-1) + step,
          layers: [{ kind: 'bars', label: 'predictions', values: n, colour: 'accent' }],
          readout: (i) => `${moment(x[i])} · ${plural(n[i], 'prediction')}`,
        }
      : null,
  };
}

function hourly(timeline, key, { word, colour, kind, format, summary, keys }) {
  const x = timeline?.t.map(secondsOf) ?? [];
  const values = timeline?.[key] ?? [];
  const any = values.some((v) => v > 0);
  const others = keys ?? [];
  return {
    summary,
    empty: any ? null : h('p', {}, word),
    table: {
      columns: [
        { key: 'time', label: 'Time', show: moment },
        { key, label: key, show: format },
        ...others.map((k) => ({ key: k.key, label: k.key, show: format })),
      ],
      rows: any
        ? x.map((t, i) => [
            new Date(t * 1000).toISOString(),
            values[i],
            ...others.map((k) => timeline[k.key][i]),
          ])
        : [],
    },
    spec: any
      ? {
          x,
          to: x.at(-1) + timeline.step_seconds,
          y: { format, zero: true },
          layers: [
            { kind, label: key, values, colour },
            ...others.map((k) => ({
              kind,
              label: k.key,
              values: timeline[k.key],
              colour: k.colour,
            })),
          ],
          readout: (i) =>
            `${moment(x[i])} · ${[{ key }, ...others].map((k) => `${k.label ?? k.key} ${format(timeline[k.key][i])}`).join(' · ')}`,
        }
      : null,
  };
}

export const latencyFigure = (health, { timeline }) =>
  hourly(timeline, 'p99_ms', {
    word: isNumber(health.latency_ms.p50)
      ? 'The chart follows in a moment.'
      : 'No request was answered in this time.',
    colour: 'muted',
    kind: 'line',
    format: milliseconds,
    keys: [{ key: 'p50_ms', colour: 'accent' }],
    summary: isNumber(health.latency_ms.p50)
      ? `Half of the requests take less than ${milliseconds(health.latency_ms.p50)}, 99 of 100 less than ${milliseconds(health.latency_ms.p99)}.`
      : '',
  });

export const errorFigure = (health, { timeline }) =>
  hourly(timeline, 'errors', {
    word: 'No request failed in this time.',
    colour: 'critical',
    kind: 'bars',
    format: count,
    summary: health.errors ? `${plural(health.errors, 'request')} failed.` : '',
  });
