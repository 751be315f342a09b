package io.ordersystem.notifications.webhook;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Stream;

/** The ends of a network, and what is around it. */
final class Blocks {
  private Blocks() {}

  static InetAddress last(Network network) {
    return address(network, after(network).subtract(BigInteger.ONE));
  }

  /** The address before and the address after, where there is one. */
  static Stream<InetAddress> around(Network network) {
    return Stream.of(first(network).subtract(BigInteger.ONE), after(network))
        .filter(it -> it.signum() >= 0 && it.bitLength() <= width(network))
        .map(it -> address(network, it));
  }

  /** One inside, so many of it from the beginning. */
  static InetAddress inside(Network network, double part) {
    var size = after(network).subtract(first(network));
    var offset =
        size.multiply(BigInteger.valueOf((long) (part * Integer.MAX_VALUE)))
            .divide(BigInteger.valueOf(Integer.MAX_VALUE));
    return address(network, first(network).add(offset));
  }

  private static BigInteger first(Network network) {
    return new BigInteger(1, network.first().getAddress());
  }

  private static BigInteger after(Network network) {
    return first(network).add(BigInteger.ONE.shiftLeft(width(network) - network.bits()));
  }

  private static int width(Network network) {
    return network.first().getAddress().length * Byte.SIZE;
  }

  private static InetAddress address(Network network, BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] address = new byte[width(network) / Byte.SIZE];
    byte[] tail =
        Arrays.copyOfRange(bytes, Math.max(0, bytes.length - address.length), bytes.length);
    System.arraycopy(tail, 0, address, address.length - tail.length, tail.length);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
