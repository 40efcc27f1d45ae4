// What became of the model: who answered when and why it changed, alerts, the audit log.

import { alertWords, isOpen } from './alert_words.js';
import { h, refill, sentence, visible } from './dom.js';
import { ago, count, moment, plural, toMs } from './format.js';
import { badge } from './status.js';

const WORDS = {
  trained: 'Trained',
  deployed: 'Deployed',
  rolled_back: 'Rolled back',
  retrained: 'Retrained',
  challenger: 'Challenger',
  alert: 'Alert',
  failed: 'Failed',
  published: 'Published',
  imported: 'Imported',
  removed: 'Removed',
  notification_failed: 'Nobody told',
};
const SIGNS = {
  trained: '○',
  deployed: '▲',
  rolled_back: '▼',
  retrained: '●',
  challenger: '△',
  alert: '!',
  failed: '✗',
};
const VERDICTS = { promote: 'Promoted', keep: 'Champion kept', need_more_data: 'More data needed' };
const N_SHOWN = 12;

/** The gate's evidence: what was compared and what it came to. */
export function gateTable(gate) {
  if (!gate?.criteria?.length) return null;
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Evidence of the decision' },
    h(
      'table',
      { class: 'data gate' },
      h('caption', {}, `${VERDICTS[gate.verdict] ?? gate.verdict}: ${sentence(gate.reason, 200)}`),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Compared', 'Champion', 'Challenger', 'Difference', 'Needed', ''].map((t) =>
            h('th', { scope: 'col' }, t),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        gate.criteria.map((c) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, visible(c.name, 60)),
            h('td', {}, visible(c.champion, 40)),
            h('td', {}, visible(c.challenger, 40)),
            h('td', {}, visible(c.result, 40)),
            h('td', {}, visible(c.needed, 40)),
            h('td', {}, badge(c.passed ? 'ok' : 'warning', c.passed ? 'passed' : 'not passed')),
          ),
        ),
      ),
    ),
  );
}

/** Stretches of time with one champion, the newest first. */
export function reigns(events) {
  const found = [];
  for (const e of events) {
    const champion = e.evidence?.aliases?.champion;
    if (!champion || found.at(-1)?.version === champion) continue;
    if (found.length) found.at(-1).toMs = toMs(e.time);
    found.push({
      version: champion,
      fromMs: toMs(e.time),
      toMs: Date.now(),
      why: e.message,
      type: e.type,
    });
  }
  return found.reverse();
}

function reignBar(found) {
  if (found.length < 2) return null;
  const from = found.at(-1).fromMs;
  const span = Date.now() - from || 1;
  const parts = [...found].reverse().map((r, i) => {
    const part = h(
      'span',
      {
        class: `reign shade-${i % 3}${i === found.length - 1 ? ' now' : ''}`,
        title: `version ${r.version}: ${moment(r.fromMs / 1000)} to ${moment(r.toMs / 1000)}`,
      },
      `@${r.version}`,
    );
    part.style.flexGrow = String(Math.max(0.02, (r.toMs - r.fromMs) / span));
    return part;
  });
  return h('div', { class: 'reigns', 'aria-hidden': 'true' }, parts);
}

function reignList(found) {
  return h(
    'ol',
    { class: 'reign-list' },
    found.map((r, i) =>
      h(
        'li',
        {},
        h('strong', {}, `Version ${r.version}`),
        ` ${SIGNS[r.type] ?? ''} `,
        h(
          'span',
          { class: 'when' },
          i === 0
            ? `answers since ${moment(r.fromMs / 1000)}`
            : `${moment(r.fromMs / 1000)} to ${moment(r.toMs / 1000)}`,
        ),
        h('span', { class: 'note' }, sentence(r.why, 240)),
      ),
    ),
  );
}

export function alertItem(alert, model) {
  const state =
    alert.state === 'resolved'
      ? 'resolved'
      : alert.state === 'acknowledged'
        ? 'seen by somebody'
        : 'open';
  return h(
    'li',
    { class: `alert-item ${isOpen(alert) ? alert.severity : 'resolved'}` },
    h(
      'div',
      { class: 'alert-head' },
      badge(
        isOpen(alert) ? alert.severity : 'ok',
        isOpen(alert) ? (alert.severity === 'critical' ? 'Critical' : 'Warning') : 'Resolved',
      ),
      model ?? null,
      h(
        'span',
        { class: 'when' },
        `${isOpen(alert) ? `since ${moment(alert.since)} (${ago(alert.since)})` : `${moment(alert.since)} to ${moment(alert.changed_at ?? alert.since)}`} · ${state}`,
      ),
    ),
    h('p', {}, h('strong', {}, `${alertWords(alert)}. `)),
    h('p', { class: 'note' }, sentence(alert.message, 400)),
    isOpen(alert) &&
      alert.next_command &&
      h('code', { class: 'command', tabindex: '0' }, visible(alert.next_command, 200)),
  );
}

function eventItem(e) {
  const gate = e.evidence?.gate ?? (e.evidence?.criteria ? e.evidence : null);
  const body = [
    h('span', { class: 'event-sign', 'aria-hidden': 'true' }, SIGNS[e.type] ?? '·'),
    h('time', { datetime: e.time }, moment(e.time)),
    h('strong', {}, WORDS[e.type] ?? visible(e.type, 30)),
    h('span', { class: 'event-words' }, sentence(e.message, 300)),
  ];
  const table = gateTable(gate);
  return h(
    'li',
    {},
    table
      ? h('details', {}, h('summary', { 'data-key': `event-${e.sequence}` }, body), table)
      : h('div', { class: 'event' }, body),
  );
}

export function makeHistory(modelName) {
  const versionsBody = h('div', {});
  const alertsBody = h('div', {});
  const eventsBody = h('div', {});
  const element = h(
    'section',
    { class: 'pair wide-left', 'aria-label': 'History' },
    h(
      'section',
      { class: 'panel' },
      h('h2', {}, 'Who answered when'),
      versionsBody,
      h('h3', {}, 'What happened'),
      eventsBody,
    ),
    h('section', { class: 'panel' }, h('h2', {}, 'Alerts'), alertsBody),
  );
  let all = false;
  let shown = '';

  function drawEvents(events) {
    const newest = [...events].reverse();
    const part = all ? newest : newest.slice(0, N_SHOWN);
    refill(
      eventsBody,
      newest.length
        ? h('ul', { class: 'events' }, part.map(eventItem))
        : h('p', { class: 'nothing' }, 'Nothing yet.'),
      newest.length > N_SHOWN &&
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'data-key': 'all-events',
            onclick: () => {
              all = !all;
              drawEvents(events);
            },
          },
          all ? 'Show fewer' : `Show all ${count(newest.length)}`,
        ),
    );
  }

  return {
    element,
    update(events, model, alerts) {
      const key = JSON.stringify([events, model.version, model.challenger, alerts]);
      if (key === shown) return;
      shown = key;
      const found = reigns(events);
      refill(
        versionsBody,
        reignBar(found),
        reignList(found.slice(0, 6)),
        model.challenger &&
          h(
            'p',
            {},
            badge('unknown', 'Challenger'),
            ` version ${model.challenger.version} ${model.challenger.shadow ? 'scores the same requests in shadow' : `answers ${Math.round(100 * model.challenger.traffic_share)} % of the requests`}.`,
          ),
        h(
          'p',
          {},
          h(
            'a',
            { href: `#/compare?a=${encodeURIComponent(modelName)}`, 'data-key': 'compare' },
            'Compare versions',
          ),
        ),
      );
      refill(
        alertsBody,
        alerts.length
          ? h(
              'ul',
              { class: 'alerts' },
              alerts.map((a) => alertItem(a)),
            )
          : h('p', { class: 'nothing' }, badge('ok', 'No alert'), ' in this time.'),
        alerts.length > 3 &&
          h('p', { class: 'note' }, `${plural(alerts.filter(isOpen).length, 'alert')} open.`),
      );
      drawEvents(events);
    },
  };
}
