// Placing orders, and reading what became of them.
import http from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import { bodyOf, get, post, problemCode, said } from './system.js';

/** The seed's order creation latency: of orders that were taken, until the 201. */
const creationTime = new Trend('order_creation_time', true);
/** The share of requests that were neither taken nor truthfully refused. */
const failed = new Rate('order_failed');
const taken = new Counter('orders_taken');
/** Refused with 409 insufficient-stock, which is right when nothing is left. */
const soldOut = new Counter('orders_sold_out');

const PAGE = 100;
const FAILURES_TOLD = 3;
let told = 0;

/** Orders one piece, as the seed's script does: the answer is not held until the order is decided. */
export function place(customerId, offer, key) {
  const wanted = { customerId, items: [{ variantId: offer.variantId, sellerId: offer.sellerId, quantity: 1 }] };
  const answer = post('/api/orders', wanted, key, 'POST /api/orders', http.expectedStatuses(201, 409));
  const refused = answer.status === 409 && problemCode(answer) === 'insufficient-stock';
  if (answer.status === 201) {
    creationTime.add(answer.timings.duration);
    taken.add(1);
  } else if (refused) {
    soldOut.add(1);
  } else if (told++ < FAILURES_TOLD) {
    console.error(said(answer));
  }
  failed.add(answer.status !== 201 && !refused);
}

/** The id of the customer's newest order; '' when there is none. Ids are UUIDv7: later ones are greater. */
export function newestOrder(customerId) {
  const [newest] = bodyOf(get(`/api/orders?customerId=${customerId}&limit=1`, 'GET /api/orders'), 200).items;
  return newest ? newest.id : '';
}

/** The customer's orders that are newer than that one; only those of a status, if there is one. */
export function ordersAfter(customerId, newest, status) {
  const query = `/api/orders?customerId=${customerId}&limit=${PAGE}${status ? `&status=${status}` : ''}`;
  const orders = [];
  let cursor = '';
  do {
    const page = bodyOf(get(query + cursor, 'GET /api/orders'), 200);
    const newer = page.items.filter((order) => order.id > newest);
    orders.push(...newer);
    cursor = newer.length === PAGE && page.nextCursor ? `&cursor=${encodeURIComponent(page.nextCursor)}` : '';
  } while (cursor);
  return orders;
}
