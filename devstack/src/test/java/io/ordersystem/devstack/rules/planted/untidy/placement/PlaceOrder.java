package io.ordersystem.devstack.rules.planted.untidy.placement;

/** Public, so that others can reach it although they must not. */
public class PlaceOrder {

  public String place() {
    return "placed";
  }
}
