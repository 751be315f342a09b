package io.ordersystem.notifications.webhook;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A block of addresses in CIDR notation (RFC 4632, RFC 4291).
 *
 * @param first its first address
 * @param bits how many leading bits all its addresses share
 */
record Network(InetAddress first, int bits) {
  private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

  Network {
    if (bits < 0 || bits > width(first)) {
      throw new IllegalArgumentException(
          "a network of %s has no %d bits".formatted(first.getHostAddress(), bits));
    }
    int rest = width(first) - bits;
    if (!number(first).equals(number(first).shiftRight(rest).shiftLeft(rest))) {
      throw new IllegalArgumentException(
          "%s/%d names a host of a network, not a network".formatted(first.getHostAddress(), bits));
    }
  }

  /**
   * The network that a text like {@code 127.0.0.0/8} or {@code ::1/128} names.
   *
   * @throws IllegalArgumentException for anything else: a mistake here would open a network that
   *     nobody wanted to open
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !BITS.matcher(text.substring(slash + 1)).matches()) {
      throw new IllegalArgumentException("not a network in CIDR notation: " + text);
    }
    InetAddress first =
        IpLiteral.find(text.substring(0, slash))
            .orElseThrow(() -> new IllegalArgumentException("not an address: " + text));
    return new Network(first, Integer.parseInt(text.substring(slash + 1)));
  }

  /** An IPv4 network holds no IPv6 address, an IPv4-mapped one included. */
  boolean contains(InetAddress address) {
    int rest = width(first) - bits;
    return width(address) == width(first)
        && number(address).shiftRight(rest).equals(number(first).shiftRight(rest));
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + bits;
  }

  private static int width(InetAddress address) {
    return address.getAddress().length * Byte.SIZE;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }
}
