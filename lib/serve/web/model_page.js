// One model: the five answers, then the evidence for them.

import * as api from './api.js';
import { h, name, refill, visible } from './dom.js';
import { ago, count, ranges, rangeWords } from './format.js';
import { makeDrift } from './drift_view.js';
import { makeHistory } from './events_view.js';
import { makePanels } from './model_panels.js';
import { setParameter } from './router.js';
import { fiveAnswers, headline } from './sentences.js';
import { badge, icon, showInTab } from './status.js';
import { makeTryIt } from './try_it.js';
import { makeUseIt } from './use_it.js';

const DEFAULT_RANGE = '24h';
const MAX_OLDER = 2; // earlier versions drawn beside the present one
const MARK_TYPES = {
  deployed: ['▲', 'deployed', 'accent'],
  rolled_back: ['▼', 'rolled back', 'warning'],
  retrained: ['●', 'retrained', 'muted'],
  alert: ['!', 'alarm', 'critical'],
};

function rangePicker(range) {
  return h(
    'div',
    { class: 'ranges', role: 'group', 'aria-label': 'Time shown' },
    ranges.map((r) =>
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'aria-pressed': String(r === range),
          'data-key': `range-${r}`,
          title: rangeWords(r),
          onclick: () => setParameter('range', r),
        },
        r,
      ),
    ),
  );
}

function answerTile(a, i) {
  return h(
    'li',
    { class: `answer ${a.status}` },
    h('span', { class: 'question' }, a.question),
    h(
      'strong',
      { id: i === 2 ? 'answer-used' : null, 'data-total': a.total },
      icon(a.status, 18),
      h('span', {}, a.answer),
    ),
    h('span', { class: 'detail' }, a.detail),
    a.command && h('code', { class: 'command', tabindex: '0' }, visible(a.command, 200)),
  );
}

/** Events that changed something, as marks of the charts. */
function marksOf(events) {
  return events
    .filter((e) => MARK_TYPES[e.type])
    .map((e) => {
      const [sign, label, colour] = MARK_TYPES[e.type];
      const version = /(?:version |@)(\d+)/.exec(e.message)?.[1];
      return {
        t: Date.parse(e.time) / 1000,
        sign,
        label: e.type === 'deployed' && version ? `@${version}` : label,
        colour,
        type: e.type,
        message: e.message,
      };
    });
}

/** Versions that answered before the present one and are still seen in the range. */
function olderVersions(events, model, fromMs) {
  const older = [];
  let endedMs = Infinity;
  for (const e of [...events].reverse()) {
    const champion = e.evidence?.aliases?.champion;
    if (!champion) continue;
    if (champion !== model.version && endedMs > fromMs && !older.includes(champion))
      older.push(champion);
    endedMs = Date.parse(e.time);
  }
  return older.slice(0, MAX_OLDER);
}

export function modelPage(where) {
  const modelName = where.parts[1];
  let range = where.parameters.get('range') ?? DEFAULT_RANGE;
  const head = h('div', { class: 'page-head' }, h('p', { class: 'note' }, 'Loading …'));
  const answers = h('ul', { class: 'answers', 'aria-label': 'The five questions' });
  const panels = makePanels(modelName);
  const drift = makeDrift(modelName);
  const historyView = makeHistory(modelName);
  const tryIt = makeTryIt(modelName);
  const useIt = makeUseIt(modelName);
  const element = h(
    'div',
    { class: 'page model waiting' },
    head,
    answers,
    panels.element,
    drift.element,
    panels.lower,
    historyView.element,
    h('div', { class: 'pair' }, tryIt.element, useIt.element),
  );
  let shown = '';
  let base = 0;
  let counted = 0;
  let version = 0;

  function renderHead(model, health) {
    const key = JSON.stringify([range, model.version, health]);
    if (key === shown) return;
    shown = key;
    showInTab(health.status, visible(modelName, 60));
    refill(
      head,
      h('p', { class: 'crumb' }, h('a', { href: '#/', 'data-key': 'crumb' }, 'Models'), ' / '),
      h(
        'div',
        { class: 'title-row' },
        h('h1', {}, name(modelName, 60)),
        badge(health.status),
        rangePicker(range),
      ),
      h('p', { class: 'headline' }, headline(health)),
      h(
        'p',
        { class: 'note' },
        `Version ${health.version}, made ${ago(model.created_at)}, predicts `,
        name(model.target),
        '. ',
        `Shown: the ${rangeWords(range)}. `,
        h('a', { href: `#/compare?a=${encodeURIComponent(modelName)}` }, 'Compare'),
      ),
    );
    refill(answers, fiveAnswers(health, range).map(answerTile));
    showCounter();
  }

  function showCounter() {
    const holder = document.querySelector('#answer-used span');
    if (!holder) return;
    const total = Number(holder.parentElement.dataset.total) + Math.max(0, counted - base);
    holder.textContent = `${count(total)} prediction${total === 1 ? '' : 's'}`;
  }

  function renderUnwatched(model) {
    showInTab('unknown', visible(modelName, 60));
    refill(
      head,
      h(
        'div',
        { class: 'title-row' },
        h('h1', {}, name(modelName, 60)),
        badge('unknown', 'Not watched'),
      ),
      h(
        'p',
        { class: 'headline' },
        `Version ${model.version} answers, but brings no profile of its training data to be compared with.`,
      ),
    );
    refill(answers);
    panels.element.hidden = panels.lower.hidden = drift.element.hidden = true;
  }

  return {
    element,
    onParameters(parameters) {
      range = parameters.get('range') ?? DEFAULT_RANGE;
      shown = '';
    },
    async refresh() {
      const asked = range;
      const [all, health, events] = await Promise.all([
        api.models(),
        api.metrics(modelName, asked).catch((e) => {
          if (e.code === 'serve.not_watched') return null;
          throw e;
        }),
        api.history(modelName).catch(() => []),
      ]);
      if (asked !== range) return [];
      const model = all.find((m) => m.name === modelName);
      element.classList.remove('waiting');
      base = model.predictions;
      counted = Math.max(counted, base);
      if (version !== model.version) {
        version = model.version;
        tryIt.load(model);
        useIt.load(model);
      }
      historyView.update(events, model, health?.alerts ?? []);
      if (!health) return renderUnwatched(model) ?? [];
      renderHead(model, health);
      const marks = marksOf(events);
      const fromMs = health.volume.series.length
        ? Date.parse(health.volume.series[0].t)
        : Date.now();
      const older = await Promise.all(
        olderVersions(events, model, fromMs).map((v) =>
          api.metrics(`${modelName}@${v}`, asked).catch(() => null),
        ),
      );
      const timeline = await api.timeline(modelName, asked).catch(() => null);
      if (asked !== range) return [];
      panels.update(health, { range, marks, older: older.filter(Boolean), timeline });
      drift.update(health, timeline);
      return [health];
    },
    onTick(data) {
      const mine = data.models[modelName];
      if (!mine) return;
      counted = mine.predictions;
      showCounter();
    },
    destroy() {
      panels.destroy();
    },
  };
}
