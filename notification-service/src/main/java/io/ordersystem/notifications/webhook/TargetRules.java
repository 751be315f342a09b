package io.ordersystem.notifications.webhook;

import java.net.InetAddress;
import java.util.List;

/**
 * What the configuration lets webhooks reach beyond servers on the public Internet with TLS.
 *
 * @param httpAllowed whether a URL may do without TLS
 * @param allowed networks whose addresses pass although they are special
 */
record TargetRules(boolean httpAllowed, List<Network> allowed) {
  TargetRules {
    allowed = List.copyOf(allowed);
  }

  /**
   * The rules that configured values stand for.
   *
   * @param networks in CIDR notation
   * @throws IllegalArgumentException when one is no network: better not to start than to start open
   */
  static TargetRules of(boolean httpAllowed, List<String> networks) {
    return new TargetRules(httpAllowed, networks.stream().map(Network::parse).toList());
  }

  boolean allows(InetAddress address) {
    return PublicAddresses.contains(address)
        || allowed.stream().anyMatch(network -> network.contains(address));
  }

  /**
   * Where a network is allowed, its names are, too; which addresses they have is looked at
   * nevertheless.
   */
  boolean allowsName(String host) {
    return PublicNames.contains(host) || !allowed.isEmpty();
  }
}
