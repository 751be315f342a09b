package io.ordersystem.devstack.data;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;

/**
 * One order of a fill with its children.
 *
 * @param customer rank, from 0
 * @param leaves the children; or the order alone, of the same id and number
 */
record MadeOrder(
    UUID id, String number, int customer, Instant placed, Fate fate, List<Leaf> leaves) {
  boolean isSplit() {
    return leaves.size() > 1;
  }

  String customerId() {
    return "buyer-" + (customer + 1);
  }

  List<Line> lines() {
    return leaves.stream().flatMap(leaf -> leaf.lines().stream()).toList();
  }

  /**
   * An order with lines.
   *
   * @param parcel the id of its only parcel
   */
  record Leaf(UUID id, String number, int seller, UUID parcel, List<Line> lines) {
    String sellerId() {
      return Offers.sellerId(seller);
    }
  }

  /**
   * A line; its id is its reservation key. Amounts in cents.
   *
   * @param number from 1 within the whole order
   * @param offer rank among all offers, from 0
   */
  record Line(
      UUID id, int number, int offer, int quantity, long unitPrice, long discount, long shipping) {
    long goods() {
      return unitPrice * quantity;
    }

    long total() {
      return goods() - discount + shipping;
    }
  }

  static long sum(List<Line> lines, ToLongFunction<Line> amount) {
    return lines.stream().mapToLong(amount).sum();
  }
}
