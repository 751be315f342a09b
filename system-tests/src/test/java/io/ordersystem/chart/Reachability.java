package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who can open a connection to whom under the policies of a release, as {@code from > to:port}: its
 * services among each other, what is allowed in from elsewhere, and out to elsewhere. Selectors are
 * understood as far as the chart writes them; any other one is named as it stands.
 */
final class Reachability {
  private static final List<Integer> OWN_PORTS = List.of(8080, 9000);

  private Reachability() {}

  static SortedSet<String> of(Release release) {
    var ways = new TreeSet<String>();
    List<Manifest> pods = release.workloads().toList();
    for (Manifest from : pods) {
      for (Manifest to : pods) {
        OWN_PORTS.stream()
            .filter(port -> allows(release, "Egress", from, to, port))
            .filter(port -> allows(release, "Ingress", to, from, port))
            .forEach(
                port -> ways.add("%s > %s:%d".formatted(from.component(), to.component(), port)));
      }
      policies(release, from, "Egress")
          .flatMap(policy -> policy.each("/spec/egress"))
          .forEach(rule ->
              outside(rule, "to")
                  .forEach(to ->
                      ports(rule)
                          .forEach(port ->
                              ways.add("%s > %s:%s".formatted(from.component(), to, port)))));
      policies(release, from, "Ingress")
          .flatMap(policy -> policy.each("/spec/ingress"))
          .forEach(rule ->
              outside(rule, "from")
                  .forEach(caller ->
                      ports(rule)
                          .forEach(port ->
                              ways.add("%s > %s:%s".formatted(caller, from.component(), port)))));
    }
    return ways;
  }

  /** Without a policy for that direction everything is allowed. */
  private static boolean allows(
      Release release, String direction, Manifest of, Manifest peer, int port) {
    String rules = direction.equals("Egress") ? "egress" : "ingress";
    String peers = direction.equals("Egress") ? "to" : "from";
    List<Manifest> policies = policies(release, of, direction).toList();
    return policies.isEmpty()
        || policies.stream()
            .flatMap(policy -> policy.each("/spec/" + rules))
            .filter(rule -> allows(rule, port))
            .anyMatch(rule ->
                rule.path(peers).isEmpty()
                    || rule.path(peers).valueStream().anyMatch(it -> selects(it, labels(peer))));
  }

  private static boolean allows(JsonNode rule, int port) {
    return rule.path("ports").isEmpty()
        || rule.path("ports")
            .valueStream()
            .anyMatch(it ->
                it.path("port").asInt() <= port
                    && port <= it.path("endPort").asInt(it.path("port").asInt()));
  }

  private static Stream<Manifest> policies(Release release, Manifest deployment, String direction) {
    return release
        .all("NetworkPolicy")
        .filter(it -> Manifest.texts(it.json().at("/spec/policyTypes")).contains(direction))
        .filter(it -> matches(it.json().at("/spec/podSelector"), labels(deployment)));
  }

  private static JsonNode labels(Manifest deployment) {
    return deployment.json().at("/spec/template/metadata/labels");
  }

  /** A peer of any namespace, or of this one; addresses are never those of our pods. */
  private static boolean selects(JsonNode peer, JsonNode labels) {
    boolean here = !peer.has("namespaceSelector") || peer.path("namespaceSelector").isEmpty();
    return !peer.has("ipBlock") && here && matches(peer.path("podSelector"), labels);
  }

  private static boolean matches(JsonNode selector, JsonNode labels) {
    return selector
        .path("matchLabels")
        .propertyStream()
        .allMatch(it -> it.getValue().equals(labels.get(it.getKey())));
  }

  /** The peers of a rule that are no pods of this chart. */
  private static Stream<String> outside(JsonNode rule, String peers) {
    return rule.path(peers).isEmpty()
        ? Stream.of("anywhere")
        : rule.path(peers).valueStream().filter(it -> !isOurs(it)).map(Reachability::name);
  }

  private static boolean isOurs(JsonNode peer) {
    return peer.at("/podSelector/matchLabels").has("app.kubernetes.io/component");
  }

  private static String name(JsonNode peer) {
    if (peer.has("ipBlock")) {
      return peer.at("/ipBlock/except").isEmpty()
          ? peer.at("/ipBlock/cidr").asText()
          : "the internet";
    }
    if (peer.at("/podSelector/matchLabels/k8s-app").asText().equals("kube-dns")) {
      return "DNS";
    }
    return peer.equals(ANY_NAMESPACE) ? "any pod" : peer.toString();
  }

  private static final JsonNode ANY_NAMESPACE = Manifest.parse("namespaceSelector: {}").json();

  private static Stream<String> ports(JsonNode rule) {
    JsonNode ports = rule.path("ports");
    return ports.isEmpty()
        ? Stream.of("any")
        : ports
            .valueStream()
            .map(it ->
                it.path("port").asText()
                    + (it.has("endPort") ? "-" + it.path("endPort").asText() : "")
                    + (it.path("protocol").asText("TCP").equals("TCP")
                        ? ""
                        : "/" + it.path("protocol").asText()));
  }
}
