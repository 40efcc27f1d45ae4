// A form made from the model's columns: fill in, ask, see the answer and what it came from.

import * as api from './api.js';
import { announce, h, name, refill, visible } from './dom.js';
import { isNumber, percent, significant } from './format.js';

const MAX_OPTIONS = 200;

const TIME_PARTS = { Y: 'YYYY', m: 'MM', d: 'DD', H: 'hh', M: 'mm', S: 'ss' };

/** "%Y-%m-%d" -> "YYYY-MM-DD" */
const formatWords = (format) =>
  (format ?? '').replace(/%(\w)/g, (_, part) => TIME_PARTS[part] ?? part);

function field(column, i) {
  const id = `field-${i}`;
  const example = column.examples?.[0];
  let control;
  if (column.categories?.length && column.categories.length <= MAX_OPTIONS) {
    control = h(
      'select',
      { id, 'data-key': id },
      h('option', { value: '' }, 'missing'),
      column.categories.map((c) =>
        h('option', { value: c, selected: c === String(example) }, visible(c, 60)),
      ),
    );
  } else {
    const number = column.kind === 'number';
    control = h('input', {
      id,
      'data-key': id,
      type: 'text',
      inputmode: number ? 'decimal' : null,
      value: example ?? '',
      spellcheck: 'false',
      autocomplete: 'off',
    });
  }
  const limits =
    isNumber(column.minimum) && isNumber(column.maximum) && column.kind === 'number'
      ? `${significant(column.minimum)} to ${significant(column.maximum)}`
      : formatWords(column.format);
  return {
    column,
    control,
    element: h(
      'div',
      { class: 'field' },
      h('label', { for: id }, name(column.name, 40)),
      control,
      limits && h('span', { class: 'hint' }, limits),
    ),
  };
}

function answerView(answer) {
  const p = answer.predictions[0];
  const parts = [
    h(
      'p',
      { class: 'answer-value' },
      h('span', {}, 'Answer '),
      h(
        'strong',
        {},
        typeof p.prediction === 'number' ? significant(p.prediction) : name(p.prediction, 60),
      ),
    ),
  ];
  if (p.probabilities) {
    const list = Object.entries(p.probabilities)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 8);
    parts.push(
      h(
        'ul',
        { class: 'bars' },
        list.map(([label, share]) => bar(label, share, percent(share))),
      ),
    );
  }
  if (p.interval)
    parts.push(
      h(
        'p',
        {},
        `In 90 of 100 such cases the truth lies between ${significant(p.interval[0])} and ${significant(p.interval[1])}.`,
      ),
    );
  if (p.contributions) parts.push(contributions(p.contributions));
  for (const w of p.warnings ?? [])
    parts.push(h('p', { class: 'warning-line' }, `! ${visible(w.message ?? w, 200)}`));
  parts.push(
    h(
      'p',
      { class: 'note' },
      `Version ${answer.version} · id `,
      h('code', {}, visible(p.id, 80)),
      ' · it counts as a prediction and is in the log.',
    ),
  );
  return parts;
}

function bar(label, share, words, kind = '') {
  const fill = h('i', { class: kind });
  fill.style.width = `${Math.max(0.5, 100 * share)}%`;
  return h(
    'li',
    {},
    h('span', { class: 'bar-label' }, name(label, 36)),
    h('span', { class: 'bar-rail', 'aria-hidden': 'true' }, fill),
    h('span', { class: 'bar-words' }, words),
  );
}

function contributions(values) {
  const list = Object.entries(values)
    .filter(([key, v]) => key !== 'base' && isNumber(v) && v !== 0)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .slice(0, 6);
  if (!list.length) return null;
  const most = Math.abs(list[0][1]);
  return h(
    'div',
    {},
    h('h3', { class: 'minor' }, 'What it came from'),
    h(
      'ul',
      { class: 'bars' },
      list.map(([key, v]) =>
        bar(
          key,
          Math.abs(v) / most,
          `${v > 0 ? '+' : '−'}${significant(Math.abs(v))}`,
          v > 0 ? 'up' : 'down',
        ),
      ),
    ),
  );
}

export function makeTryIt(modelName) {
  const fields = h('div', { class: 'fields' });
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const button = h('button', { type: 'submit', class: 'primary' }, 'Ask the model');
  const form = h('form', {}, fields, button);
  const element = h('section', { class: 'panel' }, h('h2', {}, 'Try it'), form, result);
  let made = [];

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const instance = {};
    for (const { column, control } of made)
      instance[column.name] = control.value.trim() === '' ? null : control.value.trim();
    button.disabled = true;
    try {
      refill(result, answerView(await api.predict(modelName, instance)));
    } catch (error) {
      refill(
        result,
        h('p', { class: 'problem', role: 'alert' }, visible(error.message, 300)),
        h(
          'ul',
          {},
          error.errors
            .slice(0, 8)
            .map((e) =>
              h('li', {}, e.column ? [name(e.column, 40), ': '] : '', visible(e.message, 200)),
            ),
        ),
      );
      announce('The model could not answer.');
    }
    button.disabled = false;
  });

  return {
    element,
    async load(model) {
      const schema = await api.schema(model.name).catch(() => null);
      made = (schema?.features ?? []).map(field);
      refill(
        fields,
        made.map((f) => f.element),
      );
      refill(result);
    },
  };
}
