package io.ordersystem.devstack.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The Redis of the test stack: asked in its own words, stopped and started. */
public final class TestRedis {
  private static final int PATIENCE_MILLIS = 5_000;

  private TestRedis() {}

  /**
   * Sends one command and answers the first line of its result as Redis writes it, without the
   * length of a bulk string: {@code +OK}, {@code :1}, a text, or {@code $-1} for nothing.
   */
  public static String ask(String command) {
    try (var socket =
            new Socket(InetAddress.getLoopbackAddress(), TestEnvironment.current().redis());
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      String first = in.readLine();
      return first.startsWith("$") && !first.equals("$-1") ? in.readLine() : first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it; {@link #start} brings an empty one back. */
  public static void stop() {
    TestEnvironment.current().redisServer().stop();
  }

  public static void start() {
    TestEnvironment.current().redisServer().start();
  }
}
