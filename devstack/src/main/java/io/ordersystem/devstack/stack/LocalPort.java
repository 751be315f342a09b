package io.ordersystem.devstack.stack;

import java.util.Locale;

/** Where people find the local system. Each is overridable by {@code ORDER_SYSTEM_<NAME>_PORT}. */
public enum LocalPort {
  GATEWAY(8080),
  ORDER(8081),
  INVENTORY(8082),
  PAYMENT(8083),
  NOTIFICATION(8084),
  ORDER_MANAGEMENT(9081),
  INVENTORY_MANAGEMENT(9082),
  PAYMENT_MANAGEMENT(9083),
  NOTIFICATION_MANAGEMENT(9084),
  /** Of the second instance of each service, as all that end in 2. */
  ORDER_2(8091),
  INVENTORY_2(8092),
  PAYMENT_2(8093),
  NOTIFICATION_2(8094),
  ORDER_2_MANAGEMENT(9091),
  INVENTORY_2_MANAGEMENT(9092),
  PAYMENT_2_MANAGEMENT(9093),
  NOTIFICATION_2_MANAGEMENT(9094),
  POSTGRES(15432),
  REPLICA(15433),
  POOLER(16432),
  KAFKA(19092),
  KAFKA_CONTROLLER(19093),
  REDIS(16379),
  SANDBOX(12111),
  SMTP(12525),
  PROMETHEUS(19090),
  /** OTLP by HTTP. */
  TRACES(14318),
  /** Where the broker listens for clients that come over its link. */
  KAFKA_LINKED(19094),
  LINKS(12200),
  LINK_POSTGRES(25432),
  LINK_REPLICA(25433),
  LINK_KAFKA(29092),
  LINK_REDIS(26379),
  LINK_PROVIDER(22111);

  private final int standard;

  LocalPort(int standard) {
    this.standard = standard;
  }

  /** The name of the variable that moves it. */
  public String variable() {
    return "ORDER_SYSTEM_" + name() + "_PORT";
  }

  /**
   * The port's number.
   *
   * @throws IllegalArgumentException when the variable holds no port
   */
  public int number() {
    String given = System.getenv(variable());
    if (given == null || given.isBlank()) {
      return standard;
    }
    if (!given.matches("\\d{1,5}")
        || Integer.parseInt(given) < 1
        || Integer.parseInt(given) > 65535) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %s, which is no port", variable(), given));
    }
    return Integer.parseInt(given);
  }

  /** {@code http://127.0.0.1:<number>}. */
  public String url() {
    return "http://127.0.0.1:" + number();
  }
}
