package io.ordersystem.devstack.rules.planted.untidy.cancellation;

import io.ordersystem.devstack.rules.planted.untidy.placement.PlaceOrder;

/** A feature that uses another one, once directly and once in an array. */
class CancelOrder {

  String cancel(PlaceOrder placeOrder) {
    return placeOrder.place();
  }

  int count(PlaceOrder[] many) {
    return many.length;
  }
}
