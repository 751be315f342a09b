package io.ordersystem.notifications.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses belong to a host on the public Internet.
 *
 * <p>The IANA's registries of special-purpose addresses (<a
 * href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a>, <a
 * href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6</a>; RFC 6890, RFC 8190)
 * are refused whole, also where a part of a block is globally reachable: it serves the network
 * itself, and no shop listens there. Of IPv6 only the global unicast space is let through, so that
 * what the IANA gives out next is refused until somebody looks at it.
 *
 * <p>A NAT64 with a prefix of the network's own (RFC 6052, 2.2) looks like any other network; who
 * has one must keep this service from it by a network policy.
 */
final class PublicAddresses {
  /** RFC 4291, 2.4; all else is loopback, local, multicast, translated, or given to nobody. */
  private static final Network GLOBAL_UNICAST = Network.parse("2000::/3");

  /** Each block holds addresses that no other one holds. */
  static final List<Network> SPECIAL =
      Stream.of(
              "0.0.0.0/8", // this network, RFC 791, 3.2; Linux connects 0.0.0.0 to itself
              "10.0.0.0/8", // private, RFC 1918
              "100.64.0.0/10", // shared with a carrier, RFC 6598; Alibaba's metadata are there
              "127.0.0.0/8", // loopback, RFC 1122, 3.2.1.3
              "168.63.129.16/32", // Azure's host, which answers every virtual machine
              "169.254.0.0/16", // link-local, RFC 3927; most clouds' metadata are there
              "172.16.0.0/12", // private, RFC 1918
              "192.0.0.0/24", // IETF protocol assignments, RFC 6890, 2.1; DS-Lite, Oracle's
              // metadata
              "192.0.2.0/24", // documentation, RFC 5737
              "192.31.196.0/24", // AS112, RFC 7535
              "192.52.193.0/24", // AMT relays, RFC 7450
              "192.88.99.0/24", // 6to4 relays, RFC 7526
              "192.168.0.0/16", // private, RFC 1918
              "192.175.48.0/24", // AS112, RFC 7534
              "198.18.0.0/15", // benchmarks, RFC 2544
              "198.51.100.0/24", // documentation, RFC 5737
              "203.0.113.0/24", // documentation, RFC 5737
              "224.0.0.0/4", // multicast, RFC 5771
              "240.0.0.0/4", // reserved, RFC 1112, 4; limited broadcast, RFC 919
              "2001::/23", // IETF protocol assignments, RFC 2928: Teredo, ORCHID, benchmarks
              "2001:db8::/32", // documentation, RFC 3849
              "2002::/16", // 6to4, RFC 3056: holds an IPv4 address
              "2620:4f:8000::/48", // AS112, RFC 7534
              "3fff::/20") // documentation, RFC 9637
          .map(Network::parse)
          .toList();

  private PublicAddresses() {}

  /**
   * An IPv4-mapped address is in no case public: the JDK mostly makes an IPv4 address of one, and
   * where it did not, nobody says what a socket would do.
   */
  static boolean contains(InetAddress address) {
    return (address instanceof Inet4Address || isGlobalUnicast(address))
        && SPECIAL.stream().noneMatch(special -> special.contains(address));
  }

  private static boolean isGlobalUnicast(InetAddress address) {
    return GLOBAL_UNICAST.contains(address) && !isIsatap(address.getAddress());
  }

  /** An interface id of ISATAP (RFC 5214, 6.1) holds an IPv4 address, under any prefix. */
  private static boolean isIsatap(byte[] address) {
    boolean universalOrLocal = (address[8] & ~0x02) == 0;
    return universalOrLocal && address[9] == 0 && address[10] == 0x5e && address[11] == (byte) 0xfe;
  }
}
