package io.ordersystem.notifications.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks what addresses a name has. */
@FunctionalInterface
interface Names {
  /** Blocks until the answer is there, so is called on a virtual thread. */
  List<InetAddress> addresses(String host) throws UnknownHostException;

  /**
   * What the machine is configured to ask; the JVM remembers an answer for {@code
   * networkaddress.cache.ttl}.
   *
   * <p>A name with a dot is asked as an absolute one. Else a pod would first try it in its search
   * list (ndots:5), where {@code order-service.orders} is a service of the cluster.
   */
  static Names ofSystem() {
    return host -> List.of(InetAddress.getAllByName(host.contains(".") ? host + "." : host));
  }
}
