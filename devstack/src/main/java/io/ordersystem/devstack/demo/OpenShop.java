package io.ordersystem.devstack.demo;

import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Movement;
import io.ordersystem.devstack.client.Offer;

/** Puts the shop's offers into the system, with enough stock for one more run. */
final class OpenShop {
  private final Caller operator;
  private final String run;

  OpenShop(Caller operator, String run) {
    this.operator = operator;
    this.run = run;
  }

  void open(Shop shop) {
    shop.offers().forEach(this::put);
  }

  private void put(Shop.Stocked stocked) {
    var present = operator.findOffer(stocked.variantId(), stocked.sellerId());
    var terms =
        new Offer.Terms(
            stocked.name(),
            stocked.unitPrice(),
            Shop.CURRENCY,
            present.isPresent() ? null : stocked.stock(),
            5);
    var offer = operator.putOffer(stocked.variantId(), stocked.sellerId(), terms);
    int missing = stocked.stock() - offer.available();
    if (stocked.refilled() && missing > 0) {
      operator.move(
          stocked.variantId(),
          stocked.sellerId(),
          Movement.receipt(missing, "delivery for the demo"),
          "demo-%s-%s".formatted(run, stocked.variantId()));
    }
  }
}
