// Alerts and differences, in words.

import { sentence, visible } from './dom.js';
import { isNumber } from './format.js';

export const isOpen = (alert) => alert.state !== 'resolved';
export const openAlerts = (health) => health.alerts.filter(isOpen);

/** Different beyond what chance does to data of this size, alarm or not. */
export const differs = (drift) =>
  drift && isNumber(drift.psi) && drift.n > 0 && drift.psi > Math.max(drift.noise_floor, 0.1);

const ALERTS = {
  performance: () => 'Fewer answers are right than agreed',
  estimated_performance: () => 'Judged by the inputs, quality is below the agreed limit',
  calibration: () => 'The probabilities no longer fit what happens',
  drift: (subject) => `“${subject}” is not what it was in training`,
  prediction_drift: () => 'The answers are not spread as in training',
  missing: (subject) => `“${subject}” is missing more often than in training`,
  unseen_category: (subject) => `“${subject}” has values that training never saw`,
  out_of_range: (subject) => `“${subject}” lies outside the range of training`,
  not_a_number: (subject) => `“${subject}” is often not a number`,
  silence: () => 'Requests have stopped coming',
  volume: () => 'Traffic is unusual',
  errors: () => 'Requests fail more often than usual',
};

/** An alert for people; its own message holds the evidence. */
export function alertWords(alert) {
  const words = ALERTS[alert.rule]?.(visible(alert.subject, 40));
  return words ?? sentence(alert.message, 160);
}
