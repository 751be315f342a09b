// How much and how long: what a script says for a cluster, scaled to the machine at hand.

/** What every script has in common besides its scenario. */
export const COMMON = {
  setupTimeout: '60s',
  // Waits for the last orders, and reads what came of all of them.
  teardownTimeout: '300s',
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
};

/** The seed's targets, and that the books add up. */
export const TARGETS = {
  order_creation_time: ['p(95)<500'],
  order_failed: ['rate<0.001'],
  reservation_success: ['rate>0.999'],
  payment_time: ['p(95)<2000'],
  checks: ['rate==1'],
};

/** How long a request under way may still take when its user has to go. */
export const GRACE = '15s';

/**
 * A load of so many minutes as written. ORDER_SYSTEM_LOAD_SCALE scales users and time alike;
 * ORDER_SYSTEM_LOAD_MINUTES sets the time alone.
 */
export function loadOf(minutes) {
  const scale = positive('ORDER_SYSTEM_LOAD_SCALE', 1);
  const pace = positive('ORDER_SYSTEM_LOAD_MINUTES', minutes * scale) / minutes;
  const users = (written) => (written === 0 ? 0 : Math.max(1, Math.round(written * scale)));
  const seconds = (part) => Math.max(1, Math.round(part * 60 * pace));
  return {
    users,
    seconds,
    stage: (part, target) => ({ duration: `${seconds(part)}s`, target: users(target) }),
  };
}

function positive(variable, otherwise) {
  const number = Number(__ENV[variable] || otherwise);
  if (!(number > 0 && number < Infinity)) {
    throw new Error(`${variable} is ${__ENV[variable]}, which is no number above 0`);
  }
  return number;
}
