// The server's JSON. Addresses are relative to the page, so that a path prefix does not matter.
// The token lives in this tab's session only.

const KEY = 'mlops-token';

export const token = {
  get: () => sessionStorage.getItem(KEY) ?? '',
  set: (value) => sessionStorage.setItem(KEY, value),
  clear: () => sessionStorage.removeItem(KEY),
};

/** What the server said, or that it said nothing. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? 'the server did not answer');
    this.status = status;
    this.code = problem.code ?? '';
    this.hint = problem.hint ?? '';
    this.errors = problem.errors ?? [];
  }
}

/** One path segment. */
export const segment = (text) => encodeURIComponent(text);

export function request(path, options = {}) {
  const headers = { ...options.headers };
  if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
  // Without stored credentials the browser shows no password window of its own.
  return fetch(path, { cache: 'no-store', ...options, headers, credentials: 'omit' });
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return { title: `status ${response.status}` };
  }
}

export async function getJson(path, signal) {
  let response;
  try {
    response = await request(path, { signal: signal ?? AbortSignal.timeout(30_000) });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, {});
  }
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return response.json();
}

export async function postJson(path, body) {
  let response;
  try {
    response = await request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new ApiError(0, {});
  }
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return response.json();
}

export const models = async () => (await getJson('v1/models')).models;
export const metrics = (ref, range) =>
  getJson(`v1/models/${segment(ref)}/metrics?range=${segment(range)}&max_age=2s`);
export const timeline = (ref, range) =>
  getJson(`v1/models/${segment(ref)}/timeline?range=${segment(range)}&max_age=5s`);
export const history = async (model) =>
  (await getJson(`v1/models/${segment(model)}/events`)).events;
export const versions = async (model) =>
  (await getJson(`v1/models/${segment(model)}/versions`)).versions;
export const version = (ref) => getJson(`v1/models/${segment(ref)}`);
export const schema = (ref) => getJson(`v1/models/${segment(ref)}/schema`);
export const predict = (model, instance) =>
  postJson(`v1/models/${segment(model)}/predict`, { instances: [instance], explain: true });
