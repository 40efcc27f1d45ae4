// Which page is meant: "#/models/churn?range=7d". What follows the mark can be linked and kept.

export function current() {
  const hash = location.hash.replace(/^#/, '') || '/';
  const [path, query = ''] = hash.split('?');
  const parameters = new URLSearchParams(query);
  for (const [key, value] of new URLSearchParams(location.search))
    if (!parameters.has(key)) parameters.set(key, value);
  const parts = path.split('/').filter(Boolean).map(decode);
  return { page: pageOf(parts), parts, parameters };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pageOf(parts) {
  if (parts.length === 0) return 'fleet';
  if (parts[0] === 'models' && parts.length === 2) return 'model';
  if (['compare', 'alerts'].includes(parts[0])) return parts[0];
  return 'nowhere';
}

export const modelLink = (model, range) =>
  `#/models/${encodeURIComponent(model)}${range ? `?range=${range}` : ''}`;

/** Changes a parameter of the page without leaving it. */
export function setParameter(key, value) {
  const { parts, parameters } = current();
  const own = new URLSearchParams(parameters);
  for (const name of new URLSearchParams(location.search).keys()) own.delete(name);
  own.set(key, value);
  location.hash = `/${parts.map(encodeURIComponent).join('/')}?${own}`;
}

export const isKiosk = () => current().parameters.get('kiosk') === '1';
