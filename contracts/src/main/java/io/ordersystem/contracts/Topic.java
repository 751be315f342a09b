package io.ordersystem.contracts;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every Kafka topic of the system with the settings it must be created with, before any service
 * starts. Names follow {@code <domain>.<entity>.<kind>.v<major>}. Messages that belong to an order
 * are keyed by the id of its root order, stock by {@code variantId|sellerId}, so one key is one
 * partition and its order holds.
 */
public enum Topic {
  /** What happened to orders. Public, owned by order-service. */
  ORDER_EVENTS("orders.order.events.v1", Kind.EVENTS, Service.ORDER, Service.NOTIFICATION),
  /** Name and address of the people behind an order. Internal; tombstoned after retention. */
  ORDER_CONTACT("orders.contact.state.v1", Kind.STATE, Service.ORDER, Service.NOTIFICATION),
  /** What inventory-service shall do. Internal. */
  RESERVATION_COMMANDS(
      "inventory.reservation.commands.v1", Kind.COMMANDS, Service.ORDER, Service.INVENTORY),
  /** What became of reservations. Public, owned by inventory-service. */
  RESERVATION_EVENTS(
      "inventory.reservation.events.v1", Kind.EVENTS, Service.INVENTORY, Service.ORDER),
  /** Price and availability of each offer, newest state per offer. Public. */
  STOCK_STATE("inventory.stock.state.v1", Kind.STATE, Service.INVENTORY, Service.ORDER),
  /** When offers became low, ran out or came back. Public. */
  STOCK_EVENTS("inventory.stock.events.v1", Kind.EVENTS, Service.INVENTORY, Service.NOTIFICATION),
  /** What payment-service shall do. Internal. */
  PAYMENT_COMMANDS("payments.payment.commands.v1", Kind.COMMANDS, Service.ORDER, Service.PAYMENT),
  /** What became of payments. Public, owned by payment-service. */
  PAYMENT_EVENTS(
      "payments.payment.events.v1",
      Kind.EVENTS,
      Service.PAYMENT,
      Service.ORDER,
      Service.NOTIFICATION),
  /** What became of messages to people. Public, owned by notification-service. */
  MESSAGE_EVENTS("notifications.message.events.v1", Kind.EVENTS, Service.NOTIFICATION);

  /** Fixed for the life of a topic: another number would move keys and break their order. */
  public static final int PARTITIONS = 12;

  /** On a cluster; a single broker can only have one. */
  public static final int REPLICAS = 3;

  private enum Kind {
    EVENTS,
    COMMANDS,
    STATE
  }

  /** The services, which are the principals of the access rules. */
  private enum Service {
    ORDER,
    INVENTORY,
    PAYMENT,
    NOTIFICATION;

    private String serviceName() {
      return name().toLowerCase(Locale.ROOT) + "-service";
    }
  }

  private final String topicName;
  private final Kind kind;
  private final Service writer;
  private final List<Service> readers;

  Topic(String topicName, Kind kind, Service writer, Service... readers) {
    this.topicName = topicName;
    this.kind = kind;
    this.writer = writer;
    this.readers = List.of(readers);
  }

  /** The one service that may write to it. */
  public String writer() {
    return writer.serviceName();
  }

  /** Our own services that read it. Of a public topic, others may too. */
  public List<String> readers() {
    return readers.stream().map(Service::serviceName).toList();
  }

  /** Whether others than our services may read it. */
  public boolean isPublic() {
    return kind != Kind.COMMANDS && this != ORDER_CONTACT;
  }

  /** The name on the broker. */
  public String topicName() {
    return topicName;
  }

  /** Whether only the newest message of a key is kept for good. */
  public boolean compacted() {
    return kind == Kind.STATE;
  }

  /**
   * Whether its messages ask for something: there, one of an unknown kind must not be passed over.
   */
  public boolean commands() {
    return kind == Kind.COMMANDS;
  }

  /** What each message is keyed by. */
  public String keyedBy() {
    return switch (this) {
      case STOCK_STATE, STOCK_EVENTS -> "variantId|sellerId";
      case RESERVATION_EVENTS ->
          "the id of the root order, or the key of a reservation that was made by REST";
      default -> "the id of the root order";
    };
  }

  /** The broker's topic settings, by Kafka's own names. */
  public Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("compression.type", "producer");
    switch (kind) {
      case EVENTS -> settings.put("retention.ms", millis(Duration.ofDays(30)));
      case COMMANDS -> settings.put("retention.ms", millis(Duration.ofDays(7)));
      case STATE -> {
        settings.put("cleanup.policy", "compact");
        settings.put("segment.ms", millis(Duration.ofDays(1)));
        settings.put("max.compaction.lag.ms", millis(Duration.ofDays(2)));
        settings.put("delete.retention.ms", millis(Duration.ofDays(7)));
      }
    }
    return settings;
  }

  /** The topic of that name; refuses a name that is not one of ours. */
  public static Topic named(String topicName) {
    return Arrays.stream(values())
        .filter(topic -> topic.topicName.equals(topicName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no topic is named " + topicName));
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
