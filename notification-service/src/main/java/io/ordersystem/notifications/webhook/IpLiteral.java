package io.ordersystem.notifications.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses written in the one form that every reader understands alike.
 *
 * <p>{@link InetAddress#getByName} takes {@code 127.1} and {@code 2130706433} for 127.0.0.1, and
 * {@code 0177.0.0.1} for 177.0.0.1 where others read an octal 127; it asks the DNS for what it
 * cannot read, and makes an IPv4 address of an IPv4-mapped one. None of that happens here.
 */
final class IpLiteral {
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  /** No zone and no dotted quad at the end; the JDK does not see more than four digits. */
  private static final Pattern GROUPS =
      Pattern.compile("(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f]{0,4}");

  private IpLiteral() {}

  static Optional<InetAddress> find(String text) {
    return findIpv4(text).or(() -> findIpv6(text));
  }

  /** Four decimal numbers without leading zeros. */
  static Optional<InetAddress> findIpv4(String text) {
    return DOTTED_QUAD.matcher(text).matches() ? read(text) : Optional.empty();
  }

  /** RFC 4291, 2.2, forms 1 and 2, without brackets; nothing that is IPv4-mapped. */
  static Optional<InetAddress> findIpv6(String text) {
    return GROUPS.matcher(text).matches()
        // An IPv4-mapped one would come back as the IPv4 address.
        ? read(text).filter(Inet6Address.class::isInstance)
        : Optional.empty();
  }

  private static Optional<InetAddress> read(String text) {
    try {
      return Optional.of(
          text.contains(":") ? Inet6Address.ofLiteral(text) : Inet4Address.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
