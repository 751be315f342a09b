// The offers that a scenario orders from.
import { fail } from 'k6';
import { SELLER, bodyOf, get, postStock, putStock, said } from './system.js';

/** An offer of the seller's with that variant. */
export function offerOf(variantId) {
  return { variantId, sellerId: SELLER };
}

/**
 * Makes the offer, or brings one that is there to the wanted stock, and answers how many can be had. Whoever may not
 * write offers takes what is there.
 *
 * @param exactly whether more than wanted is too many
 */
export function supply(offer, wanted, exactly, run) {
  const terms = { name: `Load test ${offer.variantId}`, unitPrice: 1999, currency: 'EUR', onHand: wanted };
  const put = putStock(pathOf(offer), terms, 'PUT offer');
  if (put.status === 403 || put.status === 404) {
    return asItIs(offer, put);
  }
  const missing = wanted - bodyOf(put, 200, 201).available;
  if (missing > 0 || (exactly && missing < 0)) {
    const adjustment = { type: 'ADJUSTMENT', quantity: missing, reason: 'load test' };
    bodyOf(postStock(`${pathOf(offer)}/movements`, adjustment, `${run}-${offer.variantId}`, 'POST movement'), 201);
  }
  return available(offer);
}

/** How many can be had now. */
export function available(offer) {
  return bodyOf(get(pathOf(offer), 'GET offer'), 200).available;
}

function asItIs(offer, refusal) {
  const there = get(pathOf(offer), 'GET offer');
  if (there.status !== 200 || there.json('available') === 0) {
    fail(`there is nothing to order, and no token that may offer it (ORDER_SYSTEM_SELLER_TOKEN): ${said(refusal)}`);
  }
  return there.json('available');
}

function pathOf(offer) {
  return `/api/inventory/${offer.variantId}/sellers/${offer.sellerId}`;
}
