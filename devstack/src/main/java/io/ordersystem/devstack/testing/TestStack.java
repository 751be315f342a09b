package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.token.LocalKeys;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Real PostgreSQL with a replica, Kafka, mail and payment sandbox for a {@code @QuarkusTest}, on
 * free ports, one stack per JVM:
 *
 * <pre>{@code
 * @QuarkusTestResource(value = TestStack.class,
 *     initArgs = @ResourceArg(name = "service", value = "order"))
 * }</pre>
 *
 * <p>It configures the service by the same keys as everywhere else.
 */
public final class TestStack implements QuarkusTestResourceLifecycleManager {
  private static final Set<DatabaseRole> CACHES =
      Set.of(DatabaseRole.ORDERS, DatabaseRole.INVENTORY);

  private String service = "";

  @Override
  public void init(Map<String, String> arguments) {
    var given = arguments.get("service");
    if (given == null) {
      throw new IllegalArgumentException(
          "TestStack needs the argument service: order, inventory, payment or notification");
    }
    service = given;
  }

  @Override
  public Map<String, String> start() {
    var role = DatabaseRole.ofService(service);
    var environment = TestEnvironment.current();
    var config = new LinkedHashMap<String, String>();
    if (CACHES.contains(role)) {
      environment.redisServer().start();
      config.put("quarkus.redis.hosts", "redis://127.0.0.1:" + environment.redis());
    }
    config.put("quarkus.http.test-port", "0");
    config.put("quarkus.management.test-port", "0");
    config.put("quarkus.datasource.reactive.url", environment.primaryDatabase().reactiveUrl());
    config.put("quarkus.datasource.jdbc.url", environment.primaryDatabase().jdbcUrl());
    config.put("quarkus.datasource.username", role.roleName());
    config.put("quarkus.datasource.password", role.password());
    config.put("kafka.bootstrap.servers", environment.bootstrapServers());
    config.put("quarkus.oidc.public-key", LocalKeys.in(environment.state()).publicKey());
    config.put("reads.replicas", "127.0.0.1:" + environment.replica());
    config.put("faults.enabled", "true");
    config.put("service.instance", service + "-service-test");
    switch (role) {
      case ORDERS -> order(config);
      case PAYMENTS -> payment(config, environment);
      case NOTIFICATIONS -> notification(config, environment);
      default -> {}
    }
    return config;
  }

  /** The stack is shared by all tests of the JVM and ends with it. */
  @Override
  public void stop() {}

  private static void order(Map<String, String> config) {
    // Nobody listens there: in the tests of order-service its neighbour is away.
    config.put("quarkus.rest-client.inventory.url", "http://127.0.0.1:" + Ports.free());
  }

  private static void notification(Map<String, String> config, TestEnvironment environment) {
    environment.edgeProcess().start();
    config.put("quarkus.mailer.host", "127.0.0.1");
    config.put("quarkus.mailer.port", Integer.toString(environment.smtp()));
    config.put("notification.webhooks.allow-http", "true");
    config.put("notification.webhooks.allowed-networks", "127.0.0.0/8");
  }

  private static void payment(Map<String, String> config, TestEnvironment environment) {
    environment.sandboxProcess().start();
    config.put("payment.stripe.base-url", "http://127.0.0.1:" + environment.sandbox());
    config.put("payment.stripe.api-key", "sk_test_local");
    config.put("payment.stripe.webhook-secret", "whsec_local");
  }
}
