package io.ordersystem.devstack.rules.planted.untidy.order;

import io.ordersystem.devstack.rules.planted.untidy.placement.PlaceOrder;

/** A model type that uses a feature. */
class CuriousOrder {

  String ask(PlaceOrder placeOrder) {
    return placeOrder.place();
  }
}
