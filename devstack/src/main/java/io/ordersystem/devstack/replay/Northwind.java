package io.ordersystem.devstack.replay;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A whole directory, read and found consistent: products and orders by ascending id.
 *
 * @param sellers the language of each seller, by its id
 */
record Northwind(
    List<Product> products, List<HistoricOrder> orders, SortedMap<String, String> sellers) {

  /** How many units of each product (by id) all orders together want. */
  Map<Integer, Integer> demand() {
    var demand = new TreeMap<Integer, Integer>();
    for (var order : orders) {
      for (var line : order.lines()) {
        demand.merge(line.product().id(), line.quantity(), Math::addExact);
      }
    }
    return demand;
  }
}
