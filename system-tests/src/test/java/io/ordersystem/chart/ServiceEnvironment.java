package io.ordersystem.chart;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The environment that each service reads, by the names that it is also started with locally. The
 * chart must set exactly these, and may set what is optional: a misspelled one would be ignored by
 * the service without a word.
 */
final class ServiceEnvironment {

  private static final Set<String> ALL =
      Set.of(
          "QUARKUS_HTTP_HOST",
          "QUARKUS_HTTP_PORT",
          "QUARKUS_MANAGEMENT_PORT",
          "QUARKUS_DATASOURCE_REACTIVE_URL",
          "QUARKUS_DATASOURCE_JDBC_URL",
          "QUARKUS_DATASOURCE_USERNAME",
          "QUARKUS_DATASOURCE_PASSWORD",
          "KAFKA_BOOTSTRAP_SERVERS",
          "SERVICE_INSTANCE",
          // Whether the service migrates, or waits for the job that does.
          "QUARKUS_FLYWAY_MIGRATE_AT_START",
          // Locally QUARKUS_OIDC_PUBLIC_KEY: there is no identity provider on a laptop.
          "QUARKUS_OIDC_AUTH_SERVER_URL",
          // Quarkus' own: how long it lets requests in flight end.
          "QUARKUS_SHUTDOWN_TIMEOUT",
          // The JVM's own.
          "JAVA_TOOL_OPTIONS");

  /** What every service reads, and does without. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "READS_REPLICAS",
          "DATABASE_POOLER",
          // The Kafka clients' own.
          "KAFKA_SECURITY_PROTOCOL",
          "KAFKA_SASL_MECHANISM",
          "KAFKA_SASL_JAAS_CONFIG",
          "KAFKA_SSL_TRUSTSTORE_TYPE",
          "KAFKA_SSL_TRUSTSTORE_LOCATION",
          // Vert.x' client of PostgreSQL.
          "QUARKUS_DATASOURCE_REACTIVE_POSTGRESQL_SSL_MODE");

  private static final Map<String, Set<String>> OWN =
      Map.of(
          "order-service",
          Set.of("QUARKUS_REDIS_HOSTS", "QUARKUS_REST_CLIENT_INVENTORY_URL"),
          "inventory-service",
          Set.of("QUARKUS_REDIS_HOSTS"),
          "payment-service",
          Set.of(
              "PAYMENT_STRIPE_BASE_URL",
              "PAYMENT_STRIPE_API_KEY",
              "PAYMENT_STRIPE_WEBHOOK_SECRET",
              "PAYMENT_TERMS_CAPTURE",
              "PAYMENT_TERMS_COMMISSION"),
          "notification-service",
          Set.of("QUARKUS_MAILER_HOST", "QUARKUS_MAILER_PORT", "QUARKUS_MAILER_START_TLS"));

  private ServiceEnvironment() {}

  static Set<String> services() {
    return OWN.keySet();
  }

  /** Whether a service reads it when it is set, and does without. */
  static boolean isOptional(String variable) {
    return OPTIONAL.contains(variable);
  }

  /** All names that one service needs, sorted; empty for a service that does not exist. */
  static Set<String> of(String service) {
    var own = OWN.get(service);
    return own == null
        ? Set.of()
        : Stream.concat(ALL.stream(), own.stream()).collect(Collectors.toCollection(TreeSet::new));
  }
}
