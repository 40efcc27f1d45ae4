// All models at a glance: a sentence, four numbers, a card for each model.

import { alertWords, differs, openAlerts } from './alert_words.js';
import * as api from './api.js';
import { h, name, refill, visible } from './dom.js';
import { ago, count, duration, moment, plural, rangeWords, score, toMs } from './format.js';
import { modelLink } from './router.js';
import {
  coverageWords,
  fiveAnswers,
  fleetSentence,
  healthCells,
  intervalWords,
  labelled,
  limitWords,
} from './sentences.js';
import { bullet, healthBar, sparkBars } from './small_charts.js';
import { badge, icon, rank, showInTab, worse } from './status.js';

const RANGE = '7d';

function tile(label, value, detail, status) {
  return h(
    'div',
    { class: 'tile' },
    h('span', { class: 'tile-label' }, label),
    h('span', { class: 'tile-value' }, status && icon(status, 20), value),
    h('span', { class: 'tile-detail' }, detail),
  );
}

function bigNumber(health) {
  const p = health.performance;
  if (labelled(health) === 0) {
    return h(
      'div',
      { class: 'metric' },
      h('span', { class: 'metric-value unknown' }, '?'),
      h('span', { class: 'metric-words' }, `Quality not known: ${coverageWords(health)}`),
    );
  }
  return h(
    'div',
    { class: 'metric' },
    h('span', { class: 'metric-value' }, score(p.metric, p.realized.value)),
    h(
      'span',
      { class: 'metric-words' },
      p.metric === 'accuracy' ? 'of answers are correct, ' : 'typical error, ',
      limitWords(p),
    ),
    h(
      'span',
      { class: 'metric-sure' },
      `${intervalWords(p, p.realized)}, from ${plural(p.realized.n, 'outcome')}`,
    ),
  );
}

function card({ model, health }) {
  if (!health) {
    return h(
      'li',
      { class: 'card', 'data-model': model.name },
      h(
        'a',
        { class: 'card-link', href: modelLink(model.name), 'data-key': model.name },
        h('h2', {}, name(model.name)),
      ),
      badge('unknown', 'Not watched'),
      h(
        'p',
        { class: 'card-sentence' },
        'This version brings no profile of its training data to be compared with.',
      ),
    );
  }
  const answers = fiveAnswers(health, RANGE);
  const worst = openAlerts(health)[0];
  const nDrifted = health.drift.features.filter((f) => f.status === 'warning').length;
  const cells = healthCells(health);
  return h(
    'li',
    { class: `card ${health.status}`, 'data-model': model.name, 'data-status': health.status },
    h(
      'div',
      { class: 'card-head' },
      h(
        'a',
        { class: 'card-link', href: modelLink(model.name), 'data-key': model.name },
        h('h2', {}, name(model.name)),
      ),
      badge(health.status),
    ),
    h(
      'p',
      { class: 'card-sentence' },
      worst
        ? `${alertWords(worst)}, since ${moment(worst.since)}.`
        : answers[4].status === 'ok'
          ? 'Everything is as it should be.'
          : `${answers[4].answer}. ${answers[4].detail}`,
    ),
    bigNumber(health),
    bullet(health.performance),
    h(
      'div',
      { class: 'card-bars' },
      h(
        'span',
        { class: 'mini-label' },
        h('span', {}, 'Health, 7 days'),
        h('span', {}, cells.length ? 'now' : ''),
      ),
      healthBar(cells),
      h(
        'span',
        { class: 'mini-label' },
        h('span', {}, 'Predictions, 7 days'),
        h(
          'span',
          { class: 'live-total', 'data-total': health.volume.total },
          count(health.volume.total),
        ),
      ),
      sparkBars(health.volume.series, `Predictions over seven days: ${count(health.volume.total)}`),
    ),
    h(
      'dl',
      { class: 'facts' },
      h(
        'div',
        {},
        h('dt', {}, 'Version'),
        h('dd', {}, `${model.version}, made ${ago(model.created_at)}`),
      ),
      h(
        'div',
        {},
        h('dt', {}, 'Data'),
        h(
          'dd',
          {},
          health.drift.status === 'unknown'
            ? 'not enough to compare'
            : nDrifted
              ? `${nDrifted} of ${health.drift.features.length} columns changed`
              : health.drift.features.some(differs)
                ? 'perhaps different, no alarm'
                : 'as in training',
        ),
      ),
      model.challenger &&
        h(
          'div',
          {},
          h('dt', {}, 'Challenger'),
          h(
            'dd',
            {},
            `version ${model.challenger.version}${model.challenger.shadow ? ', in shadow' : ''}`,
          ),
        ),
    ),
  );
}

function tiles(items) {
  const healths = items.map((item) => item.health).filter(Boolean);
  const by = (status) => healths.filter((x) => x.status === status).length;
  const total = healths.reduce((sum, x) => sum + x.volume.total, 0);
  const outcomes = healths.reduce((sum, x) => sum + labelled(x), 0);
  const open = healths.flatMap(openAlerts);
  const flagged = healths.filter((x) => x.flagged_for_retraining);
  const worst = healths.map((x) => x.status).reduce(worse, 'ok');
  const parts = [
    [by('ok'), 'healthy'],
    [by('warning'), 'to watch'],
    [by('critical'), by('critical') === 1 ? 'needs attention' : 'need attention'],
    [items.length - by('ok') - by('warning') - by('critical'), 'not known yet'],
  ];
  return h(
    'div',
    { class: 'tiles' },
    tile(
      'Models',
      count(items.length),
      parts
        .filter(([n]) => n)
        .map(([n, text]) => `${n} ${text}`)
        .join(', '),
      worst,
    ),
    tile(
      `Predictions, ${rangeWords(RANGE)}`,
      h('span', { id: 'fleet-total', 'data-total': total }, count(total)),
      `${count(outcomes)} with a known outcome`,
    ),
    tile(
      'Open alerts',
      count(open.length),
      open.length
        ? `the oldest for ${duration((Date.now() - Math.min(...open.map((a) => toMs(a.since)))) / 1000)}`
        : 'nothing to look at',
      open.length ? (open.some((a) => a.severity === 'critical') ? 'critical' : 'warning') : 'ok',
    ),
    tile(
      'What happens next',
      flagged.length ? plural(flagged.length, 'retraining') : 'Nothing to do',
      flagged.length
        ? `called for: ${flagged
            .slice(0, 3)
            .map((x) => visible(x.model, 30))
            .join(', ')}`
        : 'all models go on as they are',
    ),
  );
}

function noModel() {
  return h(
    'section',
    { class: 'empty' },
    h('h1', {}, 'No model is deployed yet'),
    h(
      'p',
      {},
      'A model appears here as soon as one has been trained. One command makes it from a table:',
    ),
    h('pre', { tabindex: '0' }, h('code', {}, 'mlops train customers.csv --target churned')),
    h('p', { class: 'note' }, 'This page notices by itself; there is no need to reload it.'),
  );
}

export function fleetPage() {
  const head = h('div', { class: 'page-head' }, h('p', { class: 'note' }, 'Loading …'));
  const list = h('ul', { class: 'cards' });
  const element = h('div', { class: 'page fleet' }, head, list);
  let shown = '';
  let items = [];
  let base = {};
  let counted = {};

  function render() {
    const key = JSON.stringify(
      items.map(({ model, health }) => [{ ...model, predictions: 0 }, health]),
    );
    if (key === shown) return;
    shown = key;
    const healths = items.map((item) => item.health).filter(Boolean);
    const sentence = fleetSentence(healths, items.length);
    const worst =
      healths.length < items.length || !healths.length
        ? worse('unknown', healths.map((x) => x.status).reduce(worse, 'ok'))
        : healths.map((x) => x.status).reduce(worse, 'ok');
    showInTab(items.length ? worst : 'unknown', sentence);
    if (!items.length) {
      refill(head, noModel());
      refill(list);
      return;
    }
    refill(
      head,
      h('h1', { class: 'sentence' }, icon(worst, 28), h('span', {}, sentence)),
      tiles(items),
    );
    const order = (a, b) =>
      rank(b.health?.status) - rank(a.health?.status) || a.model.name.localeCompare(b.model.name);
    refill(list, [...items].sort(order).map(card));
    showCounters();
  }

  /** Numbers between two looks: what the health said plus what was answered since. */
  function showCounters() {
    let extra = 0;
    for (const [model, now] of Object.entries(counted)) {
      const more = Math.max(0, now - (base[model] ?? now));
      extra += more;
      const label = list.querySelector(`[data-model="${CSS.escape(model)}"] .live-total`);
      if (label) label.textContent = count(Number(label.dataset.total) + more);
    }
    const total = document.getElementById('fleet-total');
    if (total) total.textContent = count(Number(total.dataset.total) + extra);
  }

  return {
    element,
    async refresh() {
      const models = await api.models();
      const healths = await Promise.all(
        models.map((m) =>
          api.metrics(m.name, RANGE).catch((error) => {
            if (error.status === 404) return null;
            throw error;
          }),
        ),
      );
      items = models.map((model, i) => ({ model, health: healths[i] }));
      base = Object.fromEntries(models.map((m) => [m.name, m.predictions]));
      counted = { ...base, ...counted };
      for (const m of models) counted[m.name] = Math.max(counted[m.name] ?? 0, m.predictions);
      render();
      return healths.filter(Boolean);
    },
    onTick(data) {
      for (const [model, counters] of Object.entries(data.models))
        counted[model] = counters.predictions;
      showCounters();
    },
    destroy() {},
  };
}
