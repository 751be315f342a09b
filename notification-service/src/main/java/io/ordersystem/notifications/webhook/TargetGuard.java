package io.ordersystem.notifications.webhook;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the address at which a webhook may be called, and lets none through that is ours.
 *
 * <p>Asked when a webhook is saved, and again for each connection: its name may have got another
 * address since (DNS rebinding). The connection goes to the address that was looked at and not to
 * the name, which would be resolved once more.
 */
final class TargetGuard {
  private static final int MOST = 32;

  private final Names names;
  private final TargetRules rules;

  TargetGuard(Names names, TargetRules rules) {
    this.names = names;
    this.rules = rules;
  }

  /**
   * The address to connect to, with the host as its name; blocks.
   *
   * <p>One address that is not allowed refuses all: which one of a mixed answer a client takes is
   * left to chance and to whoever gave the answer.
   *
   * @throws TargetRefused also when the name is unknown now
   */
  InetSocketAddress resolve(Target target) {
    List<InetAddress> addresses = addresses(target.host());
    if (!addresses.stream().allMatch(rules::allows)) {
      throw new TargetRefused("has an address that is not public");
    }
    return new InetSocketAddress(addresses.getFirst(), target.port());
  }

  private List<InetAddress> addresses(String host) {
    List<InetAddress> answer = IpLiteral.find(host).map(List::of).orElseGet(() -> ask(host));
    if (answer.isEmpty()) {
      throw new TargetRefused("cannot be resolved");
    }
    if (answer.size() > MOST) {
      throw new TargetRefused("has more than %d addresses".formatted(MOST));
    }
    // Pinned before they are looked at: what is looked at is what is connected to.
    return answer.stream().map(address -> pinned(host, address)).toList();
  }

  private List<InetAddress> ask(String host) {
    try {
      return names.addresses(host);
    } catch (UnknownHostException _) {
      throw new TargetRefused("cannot be resolved");
    }
  }

  /** The host as the address's name keeps the JDK from asking for one. */
  private static InetAddress pinned(String host, InetAddress address) {
    try {
      return InetAddress.getByAddress(host, address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
