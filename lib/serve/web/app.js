// Starts the page: finds which one is meant, keeps it fresh, and says how old what it shows is.

import { openAlerts } from './alert_words.js';
import * as live from './live.js';
import { h, refill, visible } from './dom.js';
import { duration, zone } from './format.js';
import { fleetPage } from './fleet_page.js';
import { loginPage } from './login.js';
import { current, isKiosk } from './router.js';
import { showInTab } from './status.js';
import { startTheme } from './theme.js';

const AGAIN_MS = 30_000; // a look without a reason
const BUSY_MS = 4_000; // between looks while predictions arrive
const SOON_MS = 250; // after a change
const SETTLED_MS = 6_000; // by then no answer from before a change is still kept by the server

const main = document.getElementById('main');
let page = null;
let timer = 0;
let looking = false;
let lookAgain = false;
let lastLook = 0;
let lastChange = 0;
let pageKey = '';

/** Pages beyond the first come when they are asked for. */
const PAGES = {
  fleet: async () => fleetPage,
  model: async () => (await import('./model_page.js')).modelPage,
  compare: async () => (await import('./compare_page.js')).comparePage,
  alerts: async () => (await import('./alerts_page.js')).alertsPage,
  nowhere: async () => nowhere,
};

function nowhere() {
  const element = h(
    'section',
    { class: 'empty' },
    h('h1', {}, 'There is no such page'),
    h('p', {}, h('a', { href: '#/' }, 'All models')),
  );
  return {
    element,
    refresh: async () => {
      showInTab('unknown', 'No such page');
      return [];
    },
    onTick() {},
    destroy() {},
  };
}

function markPlace(where) {
  for (const link of document.querySelectorAll('nav [data-page]')) {
    const here =
      link.dataset.page === where || (where === 'model' && link.dataset.page === 'fleet');
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

async function open() {
  const where = current();
  document.documentElement.classList.toggle('kiosk', isKiosk());
  // Another parameter of the same page is the page's own business.
  const key = `${where.page}/${where.parts.join('/')}`;
  if (key === pageKey && page?.onParameters) {
    page.onParameters(where.parameters);
    return look(0);
  }
  const moved = pageKey !== '';
  pageKey = key;
  const makePage = await PAGES[where.page]();
  if (pageKey !== key) return;
  page?.destroy();
  page = makePage(current());
  refill(main, page.element);
  markPlace(where.page);
  if (moved) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  look(0);
}

function signIn() {
  if (pageKey === 'login') return;
  pageKey = 'login';
  page?.destroy();
  page = loginPage(() => {
    pageKey = '';
    open();
    live.restart();
  });
  refill(main, page.element);
  look(0);
}

function showCount(healths) {
  const counter = document.getElementById('alert-count');
  if (!page?.countsAll && current().page !== 'fleet') return;
  const n = healths.reduce((sum, health) => sum + openAlerts(health).length, 0);
  counter.hidden = n === 0;
  counter.textContent = n;
  counter.setAttribute('aria-label', `${n} open`);
}

function look(afterMs) {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(0, afterMs));
}

/** Something happened: looks soon, and again until what is shown must be newer than it. */
function noteChange(afterMs) {
  lastChange = Date.now();
  look(afterMs);
}

async function refresh() {
  if (!page) return;
  if (looking) {
    lookAgain = true;
    return;
  }
  looking = true;
  lookAgain = false;
  const asked = page;
  const settled = Date.now() - lastChange > SETTLED_MS;
  try {
    const healths = await asked.refresh();
    live.alive();
    if (asked === page) showCount(healths ?? []);
  } catch (error) {
    if (error.status === 401) signIn();
    else if (error.status !== 0 && asked === page) showProblem(error);
  }
  lastLook = Date.now();
  looking = false;
  if (lookAgain) look(SOON_MS);
  else look(settled ? AGAIN_MS : BUSY_MS);
}

function showProblem(error) {
  showInTab('unknown', 'Something is missing');
  refill(
    main,
    h(
      'section',
      { class: 'empty' },
      h('h1', {}, error.status === 404 ? 'There is no such model' : 'The server could not answer'),
      h('p', {}, visible(error.message, 300)),
      error.hint && h('p', { class: 'note' }, visible(error.hint, 300)),
      h('p', {}, h('a', { href: '#/' }, 'All models')),
    ),
  );
  pageKey = 'problem';
  page = nowhere();
  page.refresh = async () => {
    pageKey = '';
    open();
    return [];
  };
}

const pulse = document.getElementById('pulse');
const banner = document.getElementById('banner');
let tabBefore = null;

function ageWords({ ms, mode, stale, never }) {
  if (stale) return `No answer for ${duration(ms / 1000)}`;
  if (never) return 'Connecting';
  const when = ms < 2500 ? 'now' : `${duration(ms / 1000)} ago`;
  return `${mode === 'poll' ? 'Asking' : 'Live'} · ${when}`;
}

function staleWords({ ms, never }) {
  return never
    ? 'The server does not answer.'
    : `The server has not answered for ${duration(ms / 1000)}. What is shown is as it was then.`;
}

function showAge(age) {
  const stale = age.stale && pageKey !== 'login';
  pulse.dataset.state = stale ? 'stale' : age.mode;
  document.getElementById('pulse-text').textContent = ageWords({ ...age, stale });
  if (stale) banner.textContent = staleWords(age);
  if (stale === document.body.classList.contains('stale')) return;
  document.body.classList.toggle('stale', stale);
  banner.hidden = !stale;
  if (stale) {
    const icon = document.getElementById('favicon');
    const title = document.title.replace(/^\S+ /, '').replace(/ · mlops$/, '');
    tabBefore = [icon.dataset.state ?? 'unknown', title];
    showInTab('stale', `No answer · ${title}`);
  } else if (tabBefore) {
    showInTab(...tabBefore);
    look(0);
  }
}

function start() {
  startTheme();
  document.getElementById('zone').textContent = `Times in ${zone()}`;
  document.getElementById('skip').addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  addEventListener('hashchange', open);
  live.on('denied', signIn);
  live.on('age', showAge);
  for (const type of ['hello', 'tick']) live.on(type, (data) => page?.onTick(data));
  live.on('tick', (data) => {
    if (Object.keys(data.models).length) noteChange(BUSY_MS - (Date.now() - lastLook));
  });
  for (const type of ['hello', 'deploy', 'health', 'alert', 'history'])
    live.on(type, () => noteChange(SOON_MS));
  live.start();
  open();
}

start();
