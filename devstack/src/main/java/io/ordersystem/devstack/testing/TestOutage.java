package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.kafka.KafkaBroker;
import io.ordersystem.devstack.postgres.PostgresCluster;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.redis.RedisServer;

/**
 * A backing service that is away until this is closed. Closing returns when it is back.
 *
 * <pre>{@code
 * try (var outage = TestOutage.stopKafka()) { ... }
 * }</pre>
 */
public final class TestOutage implements AutoCloseable {
  private final Runnable end;

  private TestOutage(Runnable end) {
    this.end = end;
  }

  /** The primary refuses connections. */
  public static TestOutage stopPostgres() {
    var cluster = cluster();
    cluster.stopPrimary();
    return new TestOutage(cluster::startPrimary);
  }

  /** The primary accepts connections and does not answer. */
  public static TestOutage freezePostgres() {
    return freeze(PostgresCluster.PRIMARY);
  }

  /** The replica refuses connections. */
  public static TestOutage stopReplica() {
    var cluster = cluster();
    cluster.stopReplica();
    return new TestOutage(cluster::startReplica);
  }

  /** The replica answers nobody and replays nothing. */
  public static TestOutage freezeReplica() {
    return freeze(PostgresCluster.REPLICA);
  }

  /** The broker refuses connections. */
  public static TestOutage stopKafka() {
    var environment = TestEnvironment.current();
    var broker =
        new KafkaBroker(environment.state(), environment.kafka(), environment.kafkaController());
    broker.stop();
    return new TestOutage(broker::start);
  }

  /** The payment provider refuses connections. */
  public static TestOutage stopSandbox() {
    var sandbox = TestEnvironment.current().sandboxProcess();
    sandbox.stop();
    return new TestOutage(sandbox::start);
  }

  /** The mail server refuses connections. */
  public static TestOutage stopMail() {
    var edge = TestEnvironment.current().edgeProcess();
    edge.stop();
    return new TestOutage(edge::start);
  }

  /** The cache accepts connections and does not answer. */
  public static TestOutage freezeRedis() {
    return freeze(RedisServer.NAME);
  }

  /** The broker accepts connections and does not answer. */
  public static TestOutage freezeKafka() {
    return freeze(KafkaBroker.NAME);
  }

  @Override
  public void close() {
    end.run();
  }

  private static TestOutage freeze(String component) {
    var daemon = new Daemon(component, TestEnvironment.current().state());
    daemon.freeze();
    return new TestOutage(daemon::thaw);
  }

  private static PostgresCluster cluster() {
    var environment = TestEnvironment.current();
    return new PostgresCluster(environment.state(), environment.postgres(), environment.replica());
  }
}
