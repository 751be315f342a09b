package io.ordersystem.notifications.message;

/** What a message is about, and how much its recipient needs it. */
public enum Template {
  ORDER_CONFIRMED("order-confirmed", Need.TRANSACTIONAL, OrderContent.class),
  ORDER_CANCELLED("order-cancelled", Need.TRANSACTIONAL, OrderContent.class),
  /** A parcel is on its way. */
  ORDER_SHIPPED("order-shipped", Need.OPTIONAL, OrderContent.class),
  /** Some of an order was cancelled, the rest comes. */
  ORDER_PART_CANCELLED("order-part-cancelled", Need.TRANSACTIONAL, OrderContent.class),
  ORDER_REFUNDED("order-refunded", Need.TRANSACTIONAL, OrderContent.class),
  /** To a seller: an order to fulfil. Optional, for many work by the API or by webhooks. */
  SELLER_ORDER_CONFIRMED("seller-order-confirmed", Need.OPTIONAL, OrderContent.class),
  /** To a seller: an order that it was told of is not to be fulfilled. */
  SELLER_ORDER_CANCELLED("seller-order-cancelled", Need.OPTIONAL, OrderContent.class),
  /** To a seller: some of an order that it was told of is not to be fulfilled. */
  SELLER_LINES_CANCELLED("seller-lines-cancelled", Need.OPTIONAL, OrderContent.class),
  /** To whoever owns a webhook endpoint: nothing is sent to it any more. */
  WEBHOOK_DISABLED("webhook-disabled", Need.TRANSACTIONAL, EndpointContent.class);

  /** Whether the recipient can do without. */
  private enum Need {
    TRANSACTIONAL,
    OPTIONAL
  }

  private final String id;
  private final Need need;
  private final Class<? extends Content> content;

  Template(String id, Need need, Class<? extends Content> content) {
    this.id = id;
    this.need = need;
    this.content = content;
  }

  /** Its stable name, in rows, events and metrics. */
  public String id() {
    return id;
  }

  /** Whether a recipient may opt out of it. */
  public boolean isOptional() {
    return need == Need.OPTIONAL;
  }

  /** Its place in the queue: 0 goes before 1. */
  public short priority() {
    return (short) (isOptional() ? 1 : 0);
  }

  /** What a message of it tells. */
  public Class<? extends Content> content() {
    return content;
  }

  /**
   * The template with that id.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Template named(String id) {
    for (Template template : values()) {
      if (template.id.equals(id)) {
        return template;
      }
    }
    throw new IllegalArgumentException("no template " + id);
  }
}
