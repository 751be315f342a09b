package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderContact;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an order was placed with. Only the person behind it and its address may still change.
 *
 * @param rootId the order the customer placed: the parent's id on a child, else its own
 * @param split whether this is a parent, which has children and no items
 * @param sellerId null on a parent
 */
public record Header(
    UUID id,
    UUID rootId,
    @Nullable UUID parentId,
    String number,
    boolean split,
    String customerId,
    @Nullable String sellerId,
    String currency,
    Amounts amounts,
    int itemCount,
    String paymentMethod,
    OrderContact.@Nullable Address shippingAddress,
    OrderContact.@Nullable Contact contact,
    Instant createdAt,
    Instant expiresAt) {

  /** Who gets it, and where. */
  public record Person(
      OrderContact.@Nullable Address shippingAddress, OrderContact.@Nullable Contact contact) {}

  public Person person() {
    return new Person(shippingAddress, contact);
  }

  /** The same order for that person. */
  Header with(Person person) {
    return new Header(
        id,
        rootId,
        parentId,
        number,
        split,
        customerId,
        sellerId,
        currency,
        amounts,
        itemCount,
        paymentMethod,
        person.shippingAddress(),
        person.contact(),
        createdAt,
        expiresAt);
  }

  public boolean isRoot() {
    return parentId == null;
  }
}
