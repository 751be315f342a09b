package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.PgBouncer;
import io.ordersystem.devstack.process.Ports;

/** PgBouncer in front of the stack's primary; it ends with the stack, if not before. */
public final class TestPooler implements AutoCloseable {
  private final PgBouncer pooler;
  private final int port;

  /**
   * Starts it.
   *
   * @param poolSize sessions for each role at most
   */
  public TestPooler(int poolSize) {
    var environment = TestEnvironment.current();
    port = Ports.free();
    pooler = new PgBouncer(environment.state(), port, environment.postgres(), poolSize);
    pooler.start();
  }

  /** Whether there is a program to start. */
  public static boolean isInstalled() {
    return PgBouncer.program(System.getenv()).isPresent();
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** For the reactive client. */
  public String reactiveUrl() {
    return new Database(port).reactiveUrl();
  }

  @Override
  public void close() {
    pooler.stop();
  }
}
