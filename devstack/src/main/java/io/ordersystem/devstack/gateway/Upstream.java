package io.ordersystem.devstack.gateway;

/**
 * One process of a service, on the loopback.
 *
 * @param port where it takes requests
 * @param management where it says whether it is ready
 */
public record Upstream(int port, int management) {
  /**
   * Reads {@code port/management}.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static Upstream parse(String text) {
    String[] ports = text.split("/", -1);
    if (ports.length != 2) {
      throw new IllegalArgumentException(text + " is not PORT/MANAGEMENT_PORT");
    }
    return new Upstream(Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
  }
}
