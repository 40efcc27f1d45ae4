// Two models or versions beside each other: any of them, over the same time.

import * as api from './api.js';
import { h, refill, visible } from './dom.js';
import { isNumber, ranges, rangeWords, score } from './format.js';
import { comparisonTable } from './comparison_table.js';
import { makeTimeFigure } from './figure.js';
import { gateTable } from './events_view.js';
import { setParameter } from './router.js';
import { seriesSentence } from './sentences.js';
import { showInTab } from './status.js';

const DEFAULT_RANGE = '7d';

export function comparePage(where) {
  let parameters = where.parameters;
  const head = h('div', { class: 'page-head' }, h('p', { class: 'note' }, 'Loading …'));
  const tableBody = h('div', {});
  const figure = makeTimeFigure({
    title: 'Quality over time',
    file: () => 'comparison',
    height: 260,
    level: 2,
  });
  const gateBody = h('div', {});
  const element = h(
    'div',
    { class: 'page compare waiting' },
    head,
    tableBody,
    figure.element,
    gateBody,
  );
  let choices = '';
  let shown = '';

  const range = () => parameters.get('range') ?? DEFAULT_RANGE;

  function picker(side, refs, chosen) {
    return h(
      'label',
      {},
      side === 'a' ? 'Compare' : 'with',
      h(
        'select',
        { 'data-key': `pick-${side}`, onchange: (e) => setParameter(side, e.target.value) },
        refs.map((ref) => h('option', { value: ref, selected: ref === chosen }, visible(ref, 60))),
      ),
    );
  }

  async function listRefs() {
    const models = await api.models();
    const lists = await Promise.all(
      models.map(async (m) => {
        const versions = await api.versions(m.name).catch(() => []);
        return versions
          .map((v) => ({
            ref: `${m.name}@${v.version}`,
            model: m.name,
            version: v.version,
            champion: m.version === v.version,
          }))
          .reverse();
      }),
    );
    return lists.flat();
  }

  /** What was asked for, or what is most worth comparing. */
  function choose(refs) {
    const find = (text) =>
      refs.find((r) => r.ref === text) ?? refs.find((r) => r.model === text && r.champion);
    const a = find(parameters.get('a')) ?? refs.find((r) => r.champion) ?? refs[0];
    const b =
      find(parameters.get('b')) ??
      refs.find((r) => r.model === a?.model && r.ref !== a.ref) ??
      refs.find((r) => r.ref !== a?.ref) ??
      a;
    return [a, b];
  }

  function drawHead(refs, [a, b]) {
    const key = JSON.stringify([refs, a, b, range()]);
    if (key === choices) return;
    choices = key;
    refill(
      head,
      h(
        'div',
        { class: 'title-row' },
        h('h1', {}, 'Compare'),
        h(
          'div',
          { class: 'ranges', role: 'group', 'aria-label': 'Time shown' },
          ranges.map((r) =>
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-pressed': String(r === range()),
                'data-key': `range-${r}`,
                title: rangeWords(r),
                onclick: () => setParameter('range', r),
              },
              r,
            ),
          ),
        ),
      ),
      h(
        'div',
        { class: 'pickers' },
        picker(
          'a',
          refs.map((r) => r.ref),
          a.ref,
        ),
        picker(
          'b',
          refs.map((r) => r.ref),
          b.ref,
        ),
      ),
    );
  }

  function drawChart(sides) {
    const both = sides.filter((s) => s.health);
    const p = both[0]?.health.performance;
    const same = both.every((s) => s.health.performance.metric === p?.metric);
    const x = both[0]?.health.volume.series.map((v) => Date.parse(v.t) / 1000) ?? [];
    const at = new Map(x.map((t, i) => [t, i]));
    const lines = both.map((s) => {
      const values = x.map(() => null);
      for (const point of s.health.performance.series) {
        const i = at.get(Date.parse(point.t) / 1000);
        if (i !== undefined) values[i] = point.value;
      }
      return values;
    });
    const any = same && lines.some((l) => l.some(isNumber));
    const format = (v) => score(p?.metric, v);
    figure.update({
      summary: any
        ? both
            .map((s) => seriesSentence(visible(s.ref, 40), s.health.performance.series, format))
            .join(' ')
        : '',
      empty: any
        ? null
        : h(
            'p',
            {},
            same ? `No outcome in the ${rangeWords(range())}.` : 'They are measured differently.',
          ),
      note: any
        ? `${visible(both[0].ref, 40)} is drawn in colour${both[1] ? `, ${visible(both[1].ref, 40)} in grey, dashed` : ''}.`
        : '',
      table: {
        columns: [
          { key: 'time', label: 'Time' },
          ...both.map((s) => ({ key: s.ref, label: visible(s.ref, 40), show: format })),
        ],
        rows: any
          ? x.map((t, i) => [new Date(t * 1000).toISOString(), ...lines.map((l) => l[i])])
          : [],
      },
      spec: any
        ? {
            x,
            y: { format, max: p.metric === 'accuracy' ? 1.005 : undefined },
            layers: lines.map((values, i) => ({
              kind: 'line',
              label: both[i].ref,
              values,
              colour: i ? 'muted' : 'accent',
              dash: i ? [6, 4] : undefined,
            })),
            readout: (i) =>
              `${new Date(x[i] * 1000).toLocaleString()} · ${both.map((s, k) => `${visible(s.ref, 30)} ${format(lines[k][i])}`).join(' · ')}`,
          }
        : null,
    });
  }

  return {
    element,
    onParameters(next) {
      parameters = next;
    },
    async refresh() {
      showInTab('unknown', 'Compare');
      const refs = await listRefs();
      element.classList.remove('waiting');
      if (!refs.length) {
        refill(
          head,
          h(
            'section',
            { class: 'empty' },
            h('h1', {}, 'Nothing to compare yet'),
            h('p', {}, 'Two versions or models are needed.'),
          ),
        );
        figure.element.hidden = true;
        return [];
      }
      figure.element.hidden = false;
      const chosen = choose(refs);
      const asked = range();
      const sides = await Promise.all(
        chosen.map(async (r) => ({
          ref: r.ref,
          health: await api.metrics(r.ref, asked).catch(() => null),
          about: await api.version(r.ref).catch(() => null),
        })),
      );
      const key = JSON.stringify([asked, sides]);
      drawHead(refs, chosen);
      if (key === shown) return [];
      shown = key;
      refill(tableBody, comparisonTable(sides));
      drawChart(sides);
      const gate = sides.map((s) => s.about?.metadata?.lineage?.gate).find(Boolean);
      refill(
        gateBody,
        gate &&
          h(
            'section',
            { class: 'panel' },
            h('h2', {}, 'The decision between champion and challenger'),
            gateTable(gate),
          ),
      );
      return [];
    },
    onTick() {},
    destroy: () => figure.destroy(),
  };
}
