package io.ordersystem.notifications.webhook;

import java.util.Set;

/**
 * Which names may be asked of the public DNS.
 *
 * <p>What a name resolves to is looked at in any case. A name that means something in one network
 * only is refused before that, so that nobody learns from our answers which names ours has.
 */
final class PublicNames {
  /**
   * Last labels that are never delegated, or serve the network itself: the special-use names of RFC
   * 6761, .local and what private networks use instead (RFC 6762, 3 and appendix G), .onion (RFC
   * 7686), .alt (RFC 9476), .internal as ICANN reserved it in 2024, .mail as ICANN keeps it back
   * like .corp and .home, .localdomain of /etc/hosts, .svc of Kubernetes, and .arpa (RFC 3172) with
   * home.arpa (RFC 8375), ipv4only.arpa (RFC 8880) and the reverse zones.
   */
  private static final Set<String> SPECIAL =
      Set.of(
          "alt",
          "arpa",
          "corp",
          "example",
          "home",
          "internal",
          "intranet",
          "invalid",
          "lan",
          "local",
          "localdomain",
          "localhost",
          "mail",
          "onion",
          "private",
          "svc",
          "test");

  private PublicNames() {}

  /** A single label is a name of the local network, or one that its search list completes. */
  static boolean contains(String host) {
    int lastDot = host.lastIndexOf('.');
    return lastDot > 0 && !SPECIAL.contains(host.substring(lastDot + 1));
  }
}
