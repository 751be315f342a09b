package io.ordersystem.devstack.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Single commands to a Redis on this machine, in its own words. */
public final class RedisCommand {
  private static final int PATIENCE_MILLIS = 5_000;

  private RedisCommand() {}

  /**
   * Sends one command and answers the first line of its result as Redis writes it, without the
   * length of a bulk string: {@code +OK}, {@code :1}, a text, {@code -ERR ...} for a refusal, or
   * {@code $-1} for nothing.
   *
   * @throws UncheckedIOException when it does not answer within five seconds
   */
  public static String ask(int port, String command) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      String first = line(in);
      return first.startsWith("$") && !first.equals("$-1") ? line(in) : first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("Redis has closed the connection");
    }
    return line;
  }
}
