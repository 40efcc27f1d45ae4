// Every alert of every model, what is open first.

import { isOpen } from './alert_words.js';
import * as api from './api.js';
import { h, name, refill } from './dom.js';
import { plural, ranges, rangeWords, toMs } from './format.js';
import { alertItem } from './events_view.js';
import { modelLink, setParameter } from './router.js';
import { badge, icon, showInTab } from './status.js';

const DEFAULT_RANGE = '7d';

export function alertsPage(where) {
  let range = where.parameters.get('range') ?? DEFAULT_RANGE;
  const body = h('div', { class: 'stack' });
  const element = h('div', { class: 'page alerts-page' }, body);
  let shown = '';

  function render(items) {
    const key = JSON.stringify([range, items]);
    if (key === shown) return;
    shown = key;
    const open = items.filter((x) => isOpen(x.alert));
    const worst = open.some((x) => x.alert.severity === 'critical')
      ? 'critical'
      : open.length
        ? 'warning'
        : 'ok';
    const sentence = open.length ? `${plural(open.length, 'alert')} open` : 'No alert is open';
    showInTab(worst, sentence);
    const list = (part) =>
      h(
        'ul',
        { class: 'alerts' },
        part.map((x) =>
          alertItem(
            x.alert,
            h(
              'a',
              { href: modelLink(x.model), 'data-key': `alert-${x.model}-${x.alert.id}` },
              name(x.model),
            ),
          ),
        ),
      );
    const past = items.filter((x) => !isOpen(x.alert));
    refill(
      body,
      h(
        'div',
        { class: 'page-head' },
        h(
          'div',
          { class: 'title-row' },
          h('h1', { class: 'sentence' }, icon(worst, 28), h('span', {}, sentence)),
          h(
            'div',
            { class: 'ranges', role: 'group', 'aria-label': 'Time shown' },
            ranges.slice(2).map((r) =>
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
          ),
        ),
      ),
      h(
        'section',
        { class: 'panel' },
        h('h2', {}, 'Open'),
        open.length
          ? list(open)
          : h(
              'p',
              { class: 'nothing' },
              badge('ok', 'All quiet'),
              ' Nothing needs to be looked at.',
            ),
      ),
      h(
        'section',
        { class: 'panel' },
        h('h2', {}, `Resolved, ${rangeWords(range)}`),
        past.length ? list(past) : h('p', { class: 'nothing' }, 'None.'),
      ),
    );
  }

  return {
    element,
    countsAll: true,
    onParameters(parameters) {
      range = parameters.get('range') ?? DEFAULT_RANGE;
    },
    async refresh() {
      const models = await api.models();
      const healths = (
        await Promise.all(
          models.map((m) =>
            api.metrics(m.name, range).catch((error) => {
              if (error.status === 404) return null;
              throw error;
            }),
          ),
        )
      ).filter(Boolean);
      const items = healths.flatMap((health) =>
        health.alerts.map((alert) => ({ model: health.model, alert })),
      );
      items.sort(
        (a, b) =>
          Number(isOpen(b.alert)) - Number(isOpen(a.alert)) ||
          toMs(b.alert.since) - toMs(a.alert.since),
      );
      render(items);
      return healths;
    },
    onTick() {},
    destroy() {},
  };
}
