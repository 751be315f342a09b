package io.ordersystem.devstack.rules.planted.untidy.order;

/** A model type with a setter. */
public class SettableOrder {

  private String status = "PENDING";

  public void setStatus(String status) {
    this.status = status;
  }

  public String status() {
    return status;
  }
}
