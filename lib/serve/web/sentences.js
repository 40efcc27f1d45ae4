// The five questions somebody has about a model, answered in words from its health.

import {
  count,
  duration,
  isNumber,
  metricName,
  milliseconds,
  moment,
  plural,
  rangeWords,
  score,
  toMs,
} from './format.js';
import { alertWords, differs, isOpen, openAlerts } from './alert_words.js';
import { visible } from './dom.js';

const MIN_LABELS = 50;

const drifted = (health) =>
  health.drift.features.filter((f) => f.status === 'warning' || f.status === 'critical');

/** "88.4 % correct" / "typical error 41.2" */
export function performanceWords(performance, value) {
  return performance.metric === 'accuracy'
    ? `${score('accuracy', value)} of answers are correct`
    : `${metricName(performance.metric)} is ${score(performance.metric, value)}`;
}

export function limitWords(performance) {
  const sign = performance.direction === 'higher' ? 'at least' : 'at most';
  return `agreed: ${sign} ${score(performance.metric, performance.threshold)}`;
}

export function intervalWords(performance, estimate) {
  if (!estimate || !isNumber(estimate.lower)) return '';
  return `95 % sure between ${score(performance.metric, estimate.lower)} and ${score(performance.metric, estimate.upper)}`;
}

export const labelled = (health) => health.performance.realized?.n ?? 0;

/** "0 of 15,204 predictions have an outcome" */
export function coverageWords(health) {
  return `${count(labelled(health))} of ${plural(health.volume.total, 'prediction')} ${
    labelled(health) === 1 ? 'has' : 'have'
  } an outcome`;
}

/** Which side of the limit the value is on, whatever the alarms say. */
export function keepsLimit(performance, value) {
  return performance.direction === 'higher'
    ? value >= performance.threshold
    : value <= performance.threshold;
}

function isItWorking(health, range) {
  const p50 = health.latency_ms.p50;
  if (health.volume.total === 0 && health.errors === 0)
    return {
      status: 'unknown',
      answer: 'Ready, not asked yet',
      detail: `No prediction in the ${rangeWords(range)}.`,
    };
  const silent = openAlerts(health).find((a) => a.rule === 'silence' || a.rule === 'volume');
  if (silent)
    return {
      status: silent.severity,
      answer: 'Traffic is unusual',
      detail: `${alertWords(silent)}.`,
    };
  const failing = openAlerts(health).find((a) => a.rule === 'errors');
  const errors = health.errors
    ? `, ${plural(health.errors, 'request')} failed`
    : ', no request failed';
  return {
    status: failing ? failing.severity : 'ok',
    answer: failing ? 'Requests fail' : 'Yes',
    detail: `Half of the answers take less than ${milliseconds(p50)}${errors}.`,
  };
}

function isItGood(health) {
  const p = health.performance;
  if (labelled(health) > 0) {
    const enough = labelled(health) >= MIN_LABELS;
    const alarm = p.status === 'warning' || p.status === 'critical';
    const near = !alarm && enough && !keepsLimit(p, p.realized.value);
    const best = p.direction === 'higher' ? p.realized.upper : p.realized.lower;
    const below = near && !keepsLimit(p, best);
    const status = alarm ? p.status : !enough ? 'unknown' : below ? 'warning' : 'ok';
    return {
      status,
      answer: alarm
        ? 'No'
        : !enough
          ? 'Too few outcomes to say'
          : below
            ? 'Below the limit, no alarm yet'
            : near
              ? 'Close to the limit'
              : 'Yes',
      detail: `${performanceWords(p, p.realized.value)} (${intervalWords(p, p.realized)}; ${limitWords(p)}). ${coverageWords(health)}.`,
    };
  }
  const estimate =
    p.estimated && health.volume.total > 0
      ? ` Judged by the inputs alone it would be ${score(p.metric, p.estimated.value)}.`
      : '';
  return {
    status: p.status === 'ok' ? 'unknown' : p.status,
    answer: p.status === 'warning' || p.status === 'critical' ? 'Probably not' : 'Not known yet',
    detail: `${coverageWords(health)}.${estimate}`,
  };
}

function isItUsed(health, range) {
  const n = health.volume.total;
  return {
    status: n ? 'ok' : 'unknown',
    answer: plural(n, 'prediction'),
    total: n,
    detail: n
      ? `In the ${rangeWords(range)}; ${rateWords(health.volume.per_minute)} just now.`
      : `None in the ${rangeWords(range)}.`,
  };
}

function rateWords(perMinute) {
  if (!perMinute) return 'none';
  return perMinute >= 1 ? `${count(perMinute)} a minute` : `${count(perMinute * 60)} an hour`;
}

function didItChange(health) {
  const names = drifted(health);
  const quality = health.quality.filter((q) => q.status === 'warning');
  const answers = health.drift.prediction?.status === 'warning';
  if (names.length || quality.length || answers) {
    const what = [
      names.length
        ? `${plural(names.length, 'column')} of ${health.drift.features.length}: ${names
            .slice(0, 3)
            .map((f) => visible(f.feature, 30))
            .join(', ')}`
        : '',
      answers ? 'the answers themselves' : '',
      quality.length
        ? `data quality of ${quality
            .slice(0, 3)
            .map((q) => visible(q.feature, 30))
            .join(', ')}`
        : '',
    ].filter(Boolean);
    return {
      status: 'warning',
      answer: 'Yes',
      detail: `Changed since training: ${what.join('; ')}.`,
    };
  }
  const different = health.drift.features.filter(differs);
  if (different.length || differs(health.drift.prediction))
    return {
      status: 'unknown',
      answer: 'Perhaps',
      detail: `${
        different.length
          ? `Different from training: ${different
              .slice(0, 3)
              .map((f) => visible(f.feature, 30))
              .join(', ')}`
          : 'The answers are spread differently'
      }. Not enough evidence for an alarm so far.`,
    };
  if (health.drift.status === 'unknown')
    return {
      status: 'unknown',
      answer: 'Not known yet',
      detail: 'Too few predictions to compare with the training data.',
    };
  return {
    status: 'ok',
    answer: 'No',
    detail: 'The data that arrives looks like the data the model was made from.',
  };
}

function whatNext(health) {
  if (health.flagged_for_retraining)
    return {
      status: 'warning',
      answer: 'Retraining is called for',
      detail:
        'The next scheduled retraining makes a challenger; it takes over only if it is better.',
      command: `mlops retrain ${health.model} --if-needed`,
    };
  const alert = openAlerts(health)[0];
  if (alert)
    return {
      status: alert.severity,
      answer: 'Somebody should look',
      detail: `${alertWords(alert)}, since ${moment(alert.since)}.`,
      command: alert.next_command,
    };
  if (labelled(health) < MIN_LABELS && health.volume.total > 0)
    return {
      status: 'unknown',
      answer: 'Send outcomes',
      detail: 'Once outcomes are reported, the quality is measured.',
      command: `mlops feedback ${health.model} FILE`,
    };
  if (health.volume.total === 0)
    return {
      status: 'unknown',
      answer: 'Send the first request',
      detail: '“Use it” below has it ready to copy.',
    };
  return {
    status: 'ok',
    answer: 'Nothing to do',
    detail: 'The model goes on answering and being watched.',
  };
}

/** [{question, status, answer, detail, command?}] */
export function fiveAnswers(health, range) {
  return [
    { question: 'Is it working?', ...isItWorking(health, range) },
    { question: 'Is it as good as promised?', ...isItGood(health) },
    { question: 'Is it used?', ...isItUsed(health, range) },
    { question: 'Did something change?', ...didItChange(health) },
    { question: 'What happens next?', ...whatNext(health) },
  ];
}

/** One sentence for the top of a model's page. */
export function headline(health) {
  const p = health.performance;
  const alarm = openAlerts(health).find((a) => a.rule === 'performance');
  const since = alarm ? ` Below since ${moment(alarm.since)}.` : '';
  if (health.volume.total === 0)
    return 'Deployed and ready. Nobody has asked it anything in this time.';
  if (labelled(health) === 0)
    return `How good the answers are is not known: ${coverageWords(health)}.`;
  const few =
    labelled(health) < MIN_LABELS
      ? ` That is from ${plural(labelled(health), 'outcome')} only.`
      : '';
  return `${performanceWords(p, p.realized.value)}; ${limitWords(p)}.${since}${few}`;
}

/** One sentence for the whole fleet. */
export function fleetSentence(healths, n) {
  if (n === 0) return 'No model is deployed yet';
  const named = (status) =>
    healths.filter((x) => x.status === status).map((x) => visible(x.model, 40));
  const bad = named('critical');
  const watch = named('warning');
  const first = (names) =>
    names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  const verb = (names) => (names.length === 1 ? 'needs' : 'need');
  if (bad.length)
    return n === 1
      ? `${bad[0]} needs attention`
      : `${bad.length} of ${n} models ${verb(bad)} attention: ${first(bad)}`;
  if (watch.length)
    return n === 1
      ? `${watch[0]} should be watched`
      : `${watch.length} of ${n} models should be watched: ${first(watch)}`;
  const unknown = named('unknown').length;
  if (unknown === n)
    return n === 1
      ? 'The model answers; how well is not known yet'
      : 'All models answer; how well is not known yet';
  const good = n - unknown;
  if (unknown)
    return `${good} of ${n} models ${good === 1 ? 'is' : 'are'} healthy, of ${unknown} it is not known yet`;
  return n === 1 ? 'The model is healthy' : `All ${n} models are healthy`;
}

/** "Accuracy fell from 0.93 to 0.88": a chart in a sentence. */
export function seriesSentence(label, points, format) {
  const values = points.filter((p) => isNumber(p.value));
  if (!values.length) return `${label}: no data in this time.`;
  if (values.length === 1) return `${label}: ${format(values[0].value)}.`;
  const first = values[0].value;
  const last = values.at(-1).value;
  const all = values.map((p) => p.value);
  const way = last > first ? 'rose' : last < first ? 'fell' : 'stayed';
  const change =
    way === 'stayed'
      ? `stayed at ${format(last)}`
      : `${way} from ${format(first)} to ${format(last)}`;
  return `${label} ${change}; lowest ${format(Math.min(...all))}, highest ${format(Math.max(...all))}.`;
}

/** Health as cells of a bar: what the alerts and the volume say about each stretch of time. */
export function healthCells(health) {
  const series = health.volume.series;
  if (series.length < 2) return [];
  const step = toMs(series[1].t) - toMs(series[0].t);
  return series.map((point) => {
    const from = toMs(point.t);
    const during = health.alerts.filter(
      (a) => toMs(a.since) < from + step && (isOpen(a) || toMs(a.changed_at ?? a.since) > from),
    );
    const bad = during.some((a) => a.severity === 'critical');
    const status = bad ? 'critical' : during.length ? 'warning' : point.n ? 'ok' : 'none';
    return { from, to: from + step, status, n: point.n };
  });
}

export const stretchWords = (cell) =>
  `${moment(cell.from / 1000)}, ${duration((cell.to - cell.from) / 1000)}: ${
    { critical: 'needs attention', warning: 'watch', ok: 'healthy', none: 'no traffic' }[
      cell.status
    ]
  }, ${plural(cell.n, 'prediction')}`;
