// The seed's inventory contention test: everybody orders the same variant, of which there are not enough.
import exec from 'k6/execution';
import { sleep } from 'k6';
import { close, open } from './lib/books.js';
import { COMMON, GRACE, TARGETS, loadOf } from './lib/load.js';
import { offerOf } from './lib/offers.js';
import { place } from './lib/orders.js';

const MINUTES = 5;
const THINK_SECONDS = 1;
const OFFER = offerOf('popular-variant-1');

const load = loadOf(MINUTES);
// Alone nobody contends.
const USERS = Math.max(2, load.users(200));
// A sixth of the most that can be ordered: first all want what is there, then it is gone and must stay gone.
const STOCK = Math.ceil((USERS * load.seconds(MINUTES)) / 6);

export const options = {
  ...COMMON,
  scenarios: {
    inventory_contention: {
      executor: 'constant-vus',
      vus: USERS,
      duration: `${load.seconds(MINUTES)}s`,
      gracefulStop: GRACE,
    },
  },
  thresholds: TARGETS,
};

export function setup() {
  return open([OFFER], STOCK, true);
}

export default function (books) {
  const customer = books.customers[exec.vu.idInTest % books.customers.length];
  place(customer, OFFER, `${books.run}-${exec.scenario.iterationInTest}`);
  sleep(THINK_SECONDS);
}

export function teardown(books) {
  close(books, [OFFER]);
}
