// The numbers of two models or versions beside each other.

import { h, name, visible } from './dom.js';
import {
  ago,
  count,
  isNumber,
  metricName,
  milliseconds,
  percent,
  plural,
  score,
} from './format.js';
import { labelled } from './sentences.js';
import { badge } from './status.js';

function row(label, cells, help) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row', title: help }, label),
    cells.map((c) => h('td', {}, c ?? '–')),
  );
}

function interval(p, e) {
  if (!e) return 'not known';
  return [
    h('strong', {}, score(p.metric, e.value)),
    isNumber(e.lower)
      ? ` (${score(p.metric, e.lower)} to ${score(p.metric, e.upper)}), n ${count(e.n)}`
      : '',
  ];
}

function promised({ health, about }) {
  const p = health?.performance;
  if (p) return h('strong', {}, score(p.metric, p.reference));
  const m = about?.metadata?.metric;
  return m ? [h('strong', {}, score(m.name, m.value)), ` ${metricName(m.name)}`] : null;
}

/** One line about which is better, only where the intervals say so. */
function verdict([left, right]) {
  if (left?.ref === right?.ref) return 'Choose two different ones above.';
  const a = left?.health;
  const b = right?.health;
  if (!a?.performance.realized || !b?.performance.realized)
    return 'Which of them is better cannot be said: outcomes are missing.';
  const pa = a.performance;
  const pb = b.performance;
  if (pa.metric !== pb.metric)
    return 'They are measured differently and cannot be compared by one number.';
  const better = pa.direction === 'higher' ? 1 : -1;
  const apart =
    pa.realized.lower > pb.realized.upper ? 1 : pb.realized.lower > pa.realized.upper ? -1 : 0;
  if (!apart) return 'Their difference is within what chance does.';
  return `${visible(apart * better > 0 ? left.ref : right.ref, 60)} is better: ${score(pa.metric, pa.realized.value)} against ${score(pb.metric, pb.realized.value)}, more than chance does. They may have seen different requests.`;
}

/** The table of both sides, with a verdict above. */
export function comparisonTable(sides) {
  const each = (f) => sides.map((s) => (s.health ? f(s.health, s) : '–'));
  return h(
    'section',
    { class: 'panel' },
    h('p', { class: 'headline' }, verdict(sides)),
    h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Comparison' },
      h(
        'table',
        { class: 'data comparison' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, 'What')),
            sides.map((s) => h('th', { scope: 'col' }, name(s.ref, 40))),
          ),
        ),
        h(
          'tbody',
          {},
          row(
            'State',
            each((x) => badge(x.status)),
          ),
          row(
            'Quality, with outcomes',
            each((x) => interval(x.performance, x.performance.realized)),
            'Realized, with 95 % interval',
          ),
          row(
            'Quality, judged by the inputs',
            each((x) => interval(x.performance, x.performance.estimated)),
            'Estimated without outcomes',
          ),
          row('Quality when it was made', sides.map(promised)),
          row(
            'Agreed limit',
            each((x) => score(x.performance.metric, x.performance.threshold)),
          ),
          row(
            'Predictions',
            each((x) => count(x.volume.total)),
          ),
          row(
            'Outcomes',
            each((x) => plural(labelled(x), 'outcome')),
          ),
          row(
            'Half of the answers take less than',
            each((x) => milliseconds(x.latency_ms.p50)),
          ),
          row(
            '99 of 100 answers take less than',
            each((x) => milliseconds(x.latency_ms.p99)),
          ),
          row(
            'Columns that changed',
            each((x) =>
              x.drift.status === 'unknown'
                ? 'too few predictions'
                : `${x.drift.features.filter((f) => f.status === 'warning').length} of ${x.drift.features.length}`,
            ),
          ),
          row(
            'Worst missing share',
            each((x) => {
              const m = x.quality.filter((q) => q.kind === 'missing');
              return m.length ? percent(Math.max(...m.map((q) => q.share ?? 0))) : 'none';
            }),
          ),
          row(
            'Made',
            sides.map((s) => (s.about ? ago(s.about.created_at) : null)),
          ),
          row(
            'Answers now as',
            sides.map((s) => s.about?.aliases?.join(', ') || 'nothing'),
          ),
        ),
      ),
    ),
  );
}
