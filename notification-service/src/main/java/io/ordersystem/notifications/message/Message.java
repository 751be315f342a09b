package io.ordersystem.notifications.message;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.notification.MessageChanged;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message to the customer of a root order.
 *
 * @param recipient the address; known once the order's contact is
 * @param locale the customer's, or the default
 * @param resends how often it was sent again on purpose
 * @param attempts how often sending was tried
 * @param attemptsBefore how many of these were made before it was last sent again
 */
public record Message(
    UUID id,
    UUID orderId,
    Template template,
    OrderContent content,
    String recipient,
    String name,
    String locale,
    int resends,
    int attempts,
    int attemptsBefore,
    long version) {

  /** Where in the schedule of attempts it is; from 1 on. */
  public int attemptsNow() {
    return attempts - attemptsBefore;
  }

  /** What a message says. */
  public enum Template {
    ORDER_CONFIRMED("order-confirmed"),
    ORDER_CANCELLED("order-cancelled"),
    /** A parcel is on its way. */
    ORDER_SHIPPED("order-shipped"),
    /** Some of an order was cancelled, the rest comes. */
    ORDER_PART_CANCELLED("order-part-cancelled"),
    ORDER_REFUNDED("order-refunded");

    private final String id;

    Template(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }

    /** The template with that id. */
    public static Template named(String id) {
      for (Template template : values()) {
        if (template.id.equals(id)) {
          return template;
        }
      }
      throw new IllegalArgumentException("no template " + id);
    }
  }

  /** The event of one version of a message. */
  public static OutgoingEvent event(
      EventType type,
      UUID id,
      UUID orderId,
      String template,
      String status,
      long version,
      @Nullable Cause cause) {
    return new OutgoingEvent(
        type,
        orderId.toString(),
        id.toString(),
        version,
        new MessageChanged(id, orderId, template, "EMAIL", status),
        cause == null ? Cause.NONE : cause);
  }
}
