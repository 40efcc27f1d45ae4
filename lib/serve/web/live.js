// The stream of what happens, and the truth about how old what is shown is. Where no stream comes
// through, and while the page is hidden, the server is asked now and then instead.

import { models, request } from './api.js';

const STALE_MS = 10_000;
const SILENT_MS = 6_000; // a stream tells something each second
const POLL_MS = 4_000;
const HIDDEN_POLL_MS = 15_000;

const listeners = new Map();
const startedMs = Date.now();
let lastMs = 0;
let mode = 'connecting';
let controller = null;
let retryMs = 2_000;
let timer = 0;
let generation = 0;

/** on('tick', f): hello, tick, deploy, health, alert, history; 'age' each second; 'denied'. */
export function on(type, listener) {
  if (!listeners.has(type)) listeners.set(type, new Set());
  listeners.get(type).add(listener);
  return () => listeners.get(type).delete(listener);
}

function emit(type, data) {
  for (const listener of listeners.get(type) ?? []) listener(data);
}

/** The server answered just now. */
export function alive() {
  lastMs = Date.now();
}

export function age() {
  const ms = Date.now() - (lastMs || startedMs);
  return { ms, mode, stale: ms > STALE_MS, never: !lastMs };
}

/** Complete messages of a text/event-stream; returns what is left over. */
export function parseEvents(text, take) {
  const parts = text.split('\n\n');
  const rest = parts.pop();
  for (const part of parts) {
    let type = 'message';
    const data = [];
    for (const line of part.split('\n')) {
      if (line.startsWith('event:')) type = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).trim());
      else if (line.startsWith('retry:')) retryMs = Number(line.slice(6)) || retryMs;
    }
    if (data.length) take(type, JSON.parse(data.join('\n')));
  }
  return rest;
}

async function listen(mine) {
  controller = new AbortController();
  const response = await request('v1/events', {
    signal: controller.signal,
    headers: { Accept: 'text/event-stream' },
  });
  if (response.status === 401) return emit('denied');
  if (!response.ok || !response.body) throw new Error('no stream');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (mine === generation) {
    const { done, value } = await reader.read();
    if (done) break;
    text = parseEvents(text + value, (type, data) => {
      mode = 'stream';
      alive();
      emit(type, data);
    });
  }
}

async function poll() {
  try {
    const seen = {};
    for (const model of await models())
      seen[model.name] = { version: model.version, predictions: model.predictions };
    if (mode !== 'stream') mode = 'poll';
    alive();
    emit('tick', { models: seen });
  } catch (error) {
    if (error.status === 401) emit('denied');
  }
}

async function run(mine) {
  while (mine === generation) {
    if (document.hidden) {
      mode = 'poll';
      await poll();
      await pause(HIDDEN_POLL_MS);
      continue;
    }
    try {
      await listen(mine);
    } catch {
      // Said by the age on the page.
    }
    if (mine !== generation) return;
    mode = 'poll';
    await poll();
    await pause(age().stale ? retryMs : Math.max(retryMs, POLL_MS));
  }
}

function pause(ms) {
  return new Promise((done) => {
    const id = setTimeout(done, ms);
    wake = () => {
      clearTimeout(id);
      done();
    };
  });
}
let wake = () => {};

/** Starts anew: at first, after login, when the page is shown again. */
export function restart() {
  generation += 1;
  controller?.abort();
  wake();
  run(generation);
}

export function start() {
  document.addEventListener('visibilitychange', restart);
  timer ||= setInterval(() => {
    // A proxy that holds the stream back, or a line that died without a word.
    if (mode === 'stream' && !document.hidden && age().ms > SILENT_MS) controller?.abort();
    emit('age', age());
  }, 1000);
  restart();
}
