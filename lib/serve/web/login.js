// Asks for the server's token and keeps it for this tab only.

import { models, token } from './api.js';
import { h } from './dom.js';
import { showInTab } from './status.js';

export function loginPage(onDone) {
  const input = h('input', {
    type: 'password',
    id: 'token',
    autocomplete: 'off',
    required: true,
    spellcheck: 'false',
  });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const form = h(
    'form',
    { class: 'login panel' },
    h('h1', {}, 'Sign in'),
    h(
      'p',
      {},
      'This server asks for a token. Whoever runs it has it in the file given to ',
      h('code', {}, 'mlops serve --token-file'),
      '.',
    ),
    h('label', { for: 'token' }, 'Token'),
    input,
    problem,
    h('button', { type: 'submit', class: 'primary' }, 'Sign in'),
    h('p', { class: 'note' }, 'The token is kept until this tab is closed.'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.textContent = '';
    token.set(input.value.trim());
    try {
      await models();
      onDone();
    } catch (error) {
      token.clear();
      problem.textContent =
        error.status === 401
          ? 'That is not the right token.'
          : `The server could not be asked: ${error.message}.`;
      input.focus();
    }
  });
  showInTab('unknown', 'Sign in');
  return {
    element: form,
    refresh: async () => {
      input.focus();
      return [];
    },
    onTick() {},
    destroy() {},
  };
}
