// Numbers and times as people read them, in the viewer's language and zone.

const NONE = '–';
const locale = undefined;
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });

export const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

export function count(n) {
  return isNumber(n) ? whole.format(n) : NONE;
}

export function shortCount(n) {
  if (!isNumber(n)) return NONE;
  return n < 10_000 ? whole.format(n) : compact.format(n);
}

/** 0.884 -> "88.4 %" */
export function percent(share, digits = 1) {
  if (!isNumber(share)) return NONE;
  const value = 100 * share;
  const fit = value !== 0 && Math.abs(value) < 0.1 ? 2 : digits;
  return `${value.toLocaleString(locale, { minimumFractionDigits: fit, maximumFractionDigits: fit })} %`;
}

/** Three significant digits. */
export function significant(value) {
  if (!isNumber(value)) return NONE;
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e9))
    return value.toPrecision(3);
  return value.toLocaleString(locale, {
    maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 3,
  });
}

/** A metric's value: shares as percent, anything else with its digits. */
export function score(metric, value) {
  return isShare(metric) ? percent(value) : significant(value);
}

const SHARES = new Set(['accuracy', 'balanced_accuracy', 'f1', 'auc', 'roc_auc', 'r2']);
export const isShare = (metric) => SHARES.has(metric);

const METRICS = {
  accuracy: 'Correct answers',
  rmse: 'Typical error (RMSE)',
  mae: 'Mean error (MAE)',
  r2: 'Explained variance (R²)',
  f1: 'F1',
  log_loss: 'Log loss',
  roc_auc: 'Ranking quality (AUC)',
  auc: 'Ranking quality (AUC)',
  balanced_accuracy: 'Balanced accuracy',
};
export const metricName = (metric) => METRICS[metric] ?? String(metric ?? '').replaceAll('_', ' ');

export function milliseconds(ms) {
  if (!isNumber(ms)) return NONE;
  if (ms >= 10_000) return `${significant(ms / 1000)} s`;
  return `${significant(ms)} ms`;
}

export const toMs = (time) => (typeof time === 'number' ? time * 1000 : Date.parse(time));

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dayYear = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

export const timeOfDay = (time) => clock.format(toMs(time));
export const dayOf = (time) => day.format(toMs(time));

/** "17:42" today, "23 Nov, 17:42" this year, "23 Nov 2025, 17:42" else. */
export function moment(time) {
  const at = new Date(toMs(time));
  if (Number.isNaN(at.getTime())) return NONE;
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return clock.format(at);
  const date = at.getFullYear() === now.getFullYear() ? day : dayYear;
  return `${date.format(at)}, ${clock.format(at)}`;
}

/** 95 -> "1 min", 7300 -> "2 h", 200000 -> "2 days" */
export function duration(seconds) {
  if (!isNumber(seconds)) return NONE;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} days`;
}

export const ago = (time) => `${duration((Date.now() - toMs(time)) / 1000)} ago`;

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const RANGES = {
  '1h': 'last hour',
  '6h': 'last 6 hours',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
  '30d': 'last 30 days',
};
export const rangeWords = (range) => RANGES[range] ?? range;
export const ranges = Object.keys(RANGES);

const SECONDS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
export function rangeSeconds(range) {
  const parts = /^(\d+)([smhdw])$/.exec(range);
  return parts ? Number(parts[1]) * SECONDS[parts[2]] : 86400;
}
