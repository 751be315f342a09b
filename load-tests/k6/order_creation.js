// The seed's order creation load test: more and more people order, each with a second between two orders.
import exec from 'k6/execution';
import { sleep } from 'k6';
import { close, open } from './lib/books.js';
import { COMMON, GRACE, TARGETS, loadOf } from './lib/load.js';
import { offerOf } from './lib/offers.js';
import { place } from './lib/orders.js';

const MINUTES = 16;
const MOST_USERS = 200;
const THINK_SECONDS = 1;
const OFFERS = Array.from({ length: 10 }, (_, n) => offerOf(`load-variant-${n + 1}`));

const load = loadOf(MINUTES);
// More than can be ordered, even if all of it were of one offer: here nothing may run out.
const STOCK = load.users(MOST_USERS) * load.seconds(MINUTES);

export const options = {
  ...COMMON,
  scenarios: {
    order_creation: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        load.stage(2, 100),
        load.stage(5, 100),
        load.stage(2, MOST_USERS),
        load.stage(5, MOST_USERS),
        load.stage(2, 0),
      ],
      gracefulRampDown: GRACE,
      gracefulStop: GRACE,
    },
  },
  thresholds: { ...TARGETS, orders_sold_out: ['count==0'] },
};

export function setup() {
  return open(OFFERS, STOCK, false);
}

export default function (books) {
  const customer = books.customers[exec.vu.idInTest % books.customers.length];
  const offer = OFFERS[exec.scenario.iterationInTest % OFFERS.length];
  place(customer, offer, `${books.run}-${exec.scenario.iterationInTest}`);
  sleep(THINK_SECONDS);
}

export function teardown(books) {
  close(books, OFFERS);
}
