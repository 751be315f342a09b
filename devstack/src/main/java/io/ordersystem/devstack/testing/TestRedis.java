package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.redis.RedisCommand;

/** The Redis of the test stack: asked in its own words, stopped and started. */
public final class TestRedis {
  private TestRedis() {}

  /** The first line of what it answers to one command. */
  public static String ask(String command) {
    return RedisCommand.ask(TestEnvironment.current().redis(), command);
  }

  /** Stops it; {@link #start} brings an empty one back. */
  public static void stop() {
    TestEnvironment.current().redisServer().stop();
  }

  public static void start() {
    TestEnvironment.current().redisServer().start();
  }
}
