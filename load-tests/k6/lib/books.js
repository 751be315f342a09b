// What there was before a run, and whether that is what was sold and what is left afterwards. Holds only while nobody
// else orders from these offers.
import { check, sleep } from 'k6';
import { Rate, Trend } from 'k6/metrics';
import { available, supply } from './offers.js';
import { newestOrder, ordersAfter } from './orders.js';
import { bodyOf, customersOf, getAll, newRun, requireToken } from './system.js';

/** The seed's reservation success: orders whose stock was decided as it had to be. */
const reserved = new Rate('reservation_success');
/** The seed's payment processing time: from the order's wish to the provider's decision, by payment-service's clock. */
const paymentTime = new Trend('payment_time', true);

const DECIDED_WITHIN_SECONDS = 120;
const LOOKS = 5;
const PAUSE_SECONDS = 3;
const PAYMENTS_READ = 200;

/**
 * Supplies the offers and notes what there is.
 *
 * @param stock of each offer
 * @param scarce whether there may be no more than that
 */
export function open(offers, stock, scarce) {
  requireToken();
  const run = newRun();
  const names = customersOf(run);
  const newest = names.map(newestOrder);
  const offered = offers.map((offer) => supply(offer, stock, scarce, run)).reduce((a, b) => a + b, 0);
  return { run, customers: names, newest, offered, scarce };
}

/** Waits for the last decision, and checks: each order is one piece. */
export function close(books, offers) {
  const undecided = awaitDecisions(books);
  let orders, sold, left;
  for (let look = 1; look <= LOOKS; look++) {
    orders = books.customers.flatMap((customer, n) => ordersAfter(customer, books.newest[n]));
    sold = orders.filter(isSold).length;
    left = offers.map(available).reduce((a, b) => a + b, 0);
    // What a cancelled order held comes back by a message.
    if (sold + left === books.offered) {
      break;
    }
    sleep(PAUSE_SECONDS);
  }
  orders.forEach((order) => reserved.add(isReservedRightly(order, books.scarce)));
  readPayments(orders.filter(isSold));

  console.log(
    `offered ${books.offered}, sold ${sold}, left ${left}; of ${orders.length} orders ${undecided} are undecided`);
  check(null, {
    'orders were placed': () => orders.length > 0,
    'every order is decided': () => undecided === 0,
    'no more is sold than was offered': () => sold <= books.offered,
    'sold and left are what was offered': () => sold + left === books.offered,
  });
}

function awaitDecisions(books) {
  const deadline = Date.now() + DECIDED_WITHIN_SECONDS * 1000;
  while (true) {
    const pending = books.customers
      .map((customer, n) => ordersAfter(customer, books.newest[n], 'PENDING').length)
      .reduce((a, b) => a + b, 0);
    if (pending === 0 || Date.now() > deadline) {
      return pending;
    }
    sleep(1);
  }
}

function isSold(order) {
  return order.status !== 'PENDING' && order.status !== 'CANCELLED';
}

/** Out of stock is the right answer only where there may be no more. */
function isReservedRightly(order, scarce) {
  if (order.status === 'CANCELLED') {
    return order.cancelReason !== 'EXPIRED' && (scarce || order.cancelReason !== 'OUT_OF_STOCK');
  }
  return order.status !== 'PENDING';
}

/** Some payments from the whole run; the times were written down when they happened. */
function readPayments(orders) {
  const step = Math.max(1, Math.ceil(orders.length / PAYMENTS_READ));
  const some = orders.filter((_, n) => n % step === 0);
  const answers = getAll(some.map((order) => `/api/payments?orderId=${order.id}`), 'GET /api/payments');
  answers.forEach((answer) => {
    const [payment] = bodyOf(answer, 200).items;
    const decided = payment.events.find((event) => event.type === 'AUTHORIZATION_SUCCEEDED');
    if (decided) {
      paymentTime.add(millis(decided.createdAt) - millis(payment.createdAt));
    }
  });
}

// Not every engine takes the microseconds.
function millis(time) {
  return Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
}
