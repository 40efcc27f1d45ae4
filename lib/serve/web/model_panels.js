// The charts of a model's page: performance, traffic, answers, data quality.

import { differs } from './alert_words.js';
import { h, name, refill, visible } from './dom.js';
import { percent, significant } from './format.js';
import { makeFigure, makeTimeFigure } from './figure.js';
import { performanceFigure } from './performance_figure.js';
import { distribution } from './small_charts.js';
import { badge } from './status.js';
import { errorFigure, latencyFigure, volumeFigure } from './traffic_figures.js';

const KINDS = {
  missing: 'missing',
  unseen_category: 'never seen in training',
  out_of_range: 'outside the range of training',
  not_a_number: 'not a number',
};
function qualitySentence(health) {
  const changed = health.quality.filter((q) => q.status === 'warning').map((q) => q.feature);
  if (!health.quality.length) return '';
  return changed.length
    ? `Not as in training: ${changed
        .slice(0, 3)
        .map((c) => visible(c, 30))
        .join(', ')}.`
    : 'Missing and unusual values are about as frequent as in training.';
}

function qualityTable(health) {
  if (!health.quality.length)
    return h(
      'p',
      { class: 'nothing' },
      health.volume.total
        ? 'No value was missing, unknown or out of range.'
        : 'No prediction, so no data to judge.',
    );
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Data quality: table' },
    h(
      'table',
      { class: 'data quality' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Column', 'Values that are', 'Now', 'In training', 'State'].map((t) =>
            h('th', { scope: 'col' }, t),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        health.quality.map((q) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name(q.feature, 32)),
            h('td', {}, KINDS[q.kind] ?? q.kind),
            h('td', {}, percent(q.share)),
            h('td', {}, percent(q.reference_share)),
            h(
              'td',
              {},
              badge(
                q.status,
                { ok: 'As expected', warning: 'Changed', unknown: 'Too few' }[q.status],
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

export function makePanels(modelName) {
  const file = (what) => () => `${modelName}-${what}`;
  const sync = `model-${modelName}`;
  const performance = makeTimeFigure({
    title: 'Is it as good as promised?',
    file: file('performance'),
    height: 280,
    level: 2,
    sync,
  });
  const volume = makeTimeFigure({ title: 'Predictions', file: file('predictions'), sync });
  const latency = makeTimeFigure({ title: 'Time to answer', file: file('latency') });
  const errors = makeTimeFigure({ title: 'Failed requests', file: file('errors') });
  const answers = makeFigure({ title: 'What it answers', file: file('answers') });
  const quality = makeFigure({ title: 'Data quality', file: file('quality') });
  const element = h(
    'div',
    { class: 'stack' },
    performance.element,
    h('div', { class: 'triple' }, volume.element, latency.element, errors.element),
  );
  const lower = h('div', { class: 'pair' }, answers.element, quality.element);
  let shown = '';

  function renderAnswers(health, timeline) {
    const p = timeline?.prediction;
    const drift = health.drift.prediction;
    refill(
      answers.body,
      p && drift?.n
        ? distribution(p)
        : h('p', { class: 'nothing' }, 'No prediction to compare with the training data.'),
    );
    answers.update({
      summary: drift?.n
        ? drift.status === 'warning'
          ? `The answers are not spread as in training: ${drift.change}.`
          : differs(drift)
            ? 'The answers are spread differently from training; not enough evidence for an alarm so far.'
            : 'The answers are spread about as in training.'
        : '',
      note: drift?.n
        ? `Distance (PSI) ${significant(drift.psi)}; equal data of this size stays below ${significant(drift.noise_floor)}.`
        : '',
      table: {
        columns: ['value', 'training', 'now'].map((key) => ({ key, label: key })),
        rows: p?.bins.map((b, i) => [b, p.reference[i], p.now[i]]) ?? [],
      },
    });
  }

  return {
    element,
    lower,
    update(health, context) {
      const key = JSON.stringify([health, context]);
      if (key === shown) return;
      shown = key;
      performance.update(performanceFigure(health, context));
      volume.update(volumeFigure(health, context));
      latency.update(latencyFigure(health, context));
      errors.update(errorFigure(health, context));
      renderAnswers(health, context.timeline);
      refill(quality.body, qualityTable(health));
      quality.update({
        summary: qualitySentence(health),
        table: {
          columns: ['column', 'kind', 'share', 'reference_share', 'status'].map((k) => ({
            key: k,
            label: k,
          })),
          rows: health.quality.map((q) => [
            q.feature,
            q.kind,
            q.share,
            q.reference_share,
            q.status,
          ]),
        },
      });
    },
    destroy() {
      for (const figure of [performance, volume, latency, errors]) figure.destroy();
    },
  };
}
