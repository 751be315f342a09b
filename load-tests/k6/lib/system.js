// Where the system is and as whom it is asked. Nothing here knows whether that is a laptop or a cluster.
import http from 'k6/http';
import { fail } from 'k6';

const GATEWAY = (__ENV.ORDER_SYSTEM_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '');

/** Places and reads orders: a service's or an operator's token, or a customer's own. */
const TOKEN = __ENV.ORDER_SYSTEM_TOKEN;

/** Writes offers: their seller's or an operator's token. */
const STOCK_TOKEN = __ENV.ORDER_SYSTEM_SELLER_TOKEN || TOKEN;

/** Whose offers are ordered; a seller's token must be of this one. */
export const SELLER = __ENV.ORDER_SYSTEM_SELLER || 'load-seller';

const PATIENCE = '10s';
const CUSTOMERS = 50;

/** Without a token every single request would be refused. */
export function requireToken() {
  if (!TOKEN) {
    fail('ORDER_SYSTEM_TOKEN is needed; locally ./order-system load makes one');
  }
}

/**
 * Who orders in a run: names of its own, so that nobody else's orders are among them. A customer's token may order
 * for that customer only: then it is the one of ORDER_SYSTEM_CUSTOMER.
 */
export function customersOf(run) {
  if (__ENV.ORDER_SYSTEM_CUSTOMER) {
    return [__ENV.ORDER_SYSTEM_CUSTOMER];
  }
  return Array.from({ length: CUSTOMERS }, (_, n) => `load-${run}-${n + 1}`);
}

/** Tells one run from another, in names of customers and idempotency keys. */
export function newRun() {
  return Date.now().toString(36) + Math.random().toString(36).substring(2, 6);
}

/**
 * Posts once, however often it has to be sent: Go's client itself repeats what has an Idempotency-Key when a kept
 * connection turns out to be closed.
 */
export function post(path, body, key, name, expected) {
  return http.post(GATEWAY + path, JSON.stringify(body), asked(headers(TOKEN, 'Idempotency-Key', key), name, expected));
}

/** The same as whoever may write offers. */
export function postStock(path, body, key, name) {
  return http.post(GATEWAY + path, JSON.stringify(body), asked(headers(STOCK_TOKEN, 'Idempotency-Key', key), name));
}

/** Writes as whoever may write offers; that this one may not is an answer, too. */
export function putStock(path, body, name) {
  const expected = http.expectedStatuses(200, 201, 403, 404);
  return http.put(GATEWAY + path, JSON.stringify(body), asked(headers(STOCK_TOKEN), name, expected));
}

/** Reads from the primary: who judges by what is read wants no replica or cache. */
export function get(path, name) {
  return http.get(GATEWAY + path, reading(name));
}

/** Several readings at once, answered in their order. */
export function getAll(paths, name) {
  return http.batch(paths.map((path) => ['GET', GATEWAY + path, null, reading(name)]));
}

/** The body of an answer that must be there; the run ends when it is not. */
export function bodyOf(answer, ...statuses) {
  if (!statuses.includes(answer.status)) {
    fail(said(answer));
  }
  return answer.json();
}

/** What somebody must know of an answer that was not expected. */
export function said(answer) {
  const reason = answer.status === 0 ? answer.error : String(answer.body).substring(0, 300);
  return `${answer.request.method} ${answer.request.url} was answered with ${answer.status}: ${reason}`;
}

/** The stable code of a problem document; undefined when the answer is none. */
export function problemCode(answer) {
  try {
    return answer.json('code');
  } catch {
    return undefined;
  }
}

function reading(name) {
  return asked(headers(TOKEN, 'Cache-Control', 'no-cache'), name, http.expectedStatuses(200, 404));
}

// One name for all paths of a kind: else each id would be a series of metrics of its own.
function asked(sent, name, expected = http.expectedStatuses({ min: 200, max: 299 })) {
  return { headers: sent, tags: { name }, timeout: PATIENCE, responseCallback: expected };
}

function headers(token, further, value) {
  const all = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, application/problem+json',
  };
  return further ? { ...all, [further]: value } : all;
}
