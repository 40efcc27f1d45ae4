// The request to copy, for those who build on the model.

import * as api from './api.js';
import { announce, h, refill } from './dom.js';

const TABS = ['curl', 'Python', 'JavaScript'];

function example(schema) {
  return Object.fromEntries(
    (schema?.features ?? []).slice(0, 60).map((c) => {
      const value = c.examples?.[0] ?? null;
      return [
        c.name,
        c.kind === 'number' && value !== null && Number.isFinite(Number(value))
          ? Number(value)
          : value,
      ];
    }),
  );
}

/** For a POSIX shell: nothing inside single quotes is special but the quote. */
const shellQuoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Characters that hide or reorder text, as JSON's escapes. */
const escaped = (json) =>
  json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function snippet(tab, url, body) {
  const json = escaped(JSON.stringify(body, null, 2));
  const secret = api.token.get() !== '';
  if (tab === 'curl')
    return `curl ${shellQuoted(url)} \\\n  -H 'Content-Type: application/json' \\\n${secret ? '  -H "Authorization: Bearer $TOKEN" \\\n' : ''}  -d ${shellQuoted(json)}`;
  if (tab === 'Python')
    return `import json\nimport urllib.request\n\nbody = json.loads(r"""\n${json.replaceAll('"""', '\\u0022\\u0022\\u0022')}\n""")\nrequest = urllib.request.Request(\n    ${JSON.stringify(url)},\n    data=json.dumps(body).encode(),\n    headers={"Content-Type": "application/json"${secret ? ', "Authorization": f"Bearer {token}"' : ''}},\n)\nwith urllib.request.urlopen(request) as answer:\n    print(json.load(answer)["predictions"])`;
  return `const answer = await fetch(${JSON.stringify(url)}, {\n  method: 'POST',\n  headers: { 'Content-Type': 'application/json'${secret ? ', Authorization: `Bearer ${token}`' : ''} },\n  body: JSON.stringify(${json.replaceAll('\n', '\n  ')}),\n});\nconsole.log((await answer.json()).predictions);`;
}

export function makeUseIt(modelName) {
  const code = h('code', {});
  const pre = h('pre', { tabindex: '0', role: 'tabpanel', 'aria-label': 'Example' }, code);
  const tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Language' });
  const copy = h('button', { type: 'button', class: 'quiet small' }, 'Copy');
  const element = h(
    'section',
    { class: 'panel' },
    h('div', { class: 'panel-head' }, h('h2', {}, 'Use it'), copy),
    tabs,
    pre,
    h(
      'p',
      { class: 'note' },
      'Every answer carries an id. Report what really happened by it to ',
      h('code', {}, `v1/models/${modelName}/feedback`),
      ', and the quality is measured. All routes: ',
      h('a', { href: 'docs' }, 'API'),
      '.',
    ),
  );
  let chosen = TABS[0];
  let body = {};

  function draw() {
    const url = new URL(`v1/models/${api.segment(modelName)}/predict`, document.baseURI).href;
    code.textContent = snippet(chosen, url, { instances: [body] });
    refill(
      tabs,
      TABS.map((tab) =>
        h(
          'button',
          {
            type: 'button',
            role: 'tab',
            'aria-selected': String(tab === chosen),
            tabindex: tab === chosen ? '0' : '-1',
            'data-key': `tab-${tab}`,
            onclick: () => {
              chosen = tab;
              draw();
            },
          },
          tab,
        ),
      ),
    );
  }

  tabs.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    chosen = TABS[(TABS.indexOf(chosen) + step + TABS.length) % TABS.length];
    draw();
    tabs.querySelector('[aria-selected="true"]').focus();
  });
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = 'Copied';
      announce('Copied');
    } catch {
      getSelection().selectAllChildren(code);
      copy.textContent = 'Selected';
    }
    setTimeout(() => {
      copy.textContent = 'Copy';
    }, 2000);
  });

  return {
    element,
    async load(model) {
      body = example(await api.schema(model.name).catch(() => null));
      draw();
    },
  };
}
