// The API to read and to try, by Swagger UI over the server's own description; without it, the list
// of routes.

import * as api from './api.js';
import { h, refill } from './dom.js';

const holder = document.getElementById('ui');

async function plainList() {
  const { routes } = await api.getJson('v1');
  refill(
    holder,
    h(
      'section',
      { class: 'panel' },
      h(
        'p',
        { class: 'note' },
        'This program was built without npm, so the interactive explorer is not part of it. Build it again where npm is installed and reaches its registry. ',
        h('a', { href: 'openapi.json' }, 'openapi.json'),
        ' opens in every API tool.',
      ),
      h(
        'table',
        { class: 'data' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Method', 'Path', 'What it does'].map((t) => h('th', { scope: 'col' }, t)),
          ),
        ),
        h(
          'tbody',
          {},
          routes.map((r) =>
            h(
              'tr',
              {},
              h('td', {}, r.method),
              h('td', {}, h('code', {}, r.path)),
              h('td', {}, r.summary),
            ),
          ),
        ),
      ),
    ),
  );
}

function explorer(description) {
  window.SwaggerUIBundle({
    spec: description,
    dom_id: '#ui',
    deepLinking: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    layout: 'BaseLayout',
    requestInterceptor: (request) => {
      if (api.token.get()) request.headers.Authorization = `Bearer ${api.token.get()}`;
      request.credentials = 'omit';
      return request;
    },
  });
}

async function start() {
  try {
    if (!window.SwaggerUIBundle) return await plainList();
    const description = await api.getJson('openapi.json');
    // Relative to this page, so that a path prefix does not matter.
    description.servers = [{ url: new URL('.', document.baseURI).href.replace(/\/$/, '') }];
    explorer(description);
  } catch (error) {
    refill(
      holder,
      h(
        'section',
        { class: 'empty' },
        h(
          'h2',
          {},
          error.status === 401
            ? 'This server asks for a token'
            : 'The description could not be read',
        ),
        h(
          'p',
          {},
          error.status === 401
            ? [h('a', { href: './' }, 'Sign in on the dashboard'), ' in this tab, then come back.']
            : error.message,
        ),
      ),
    );
  }
}

start();
