package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who talks to whom is said here once more, and nothing else can. */
class ReachabilityTest {
  private static final Release GOOD = Chart.render();

  private static final List<String> DECLARED =
      Stream.of(
              everyService(
                  "any pod > %s:8080",
                  "any pod > %s:9000",
                  "%s > DNS:53",
                  "%s > DNS:53/UDP",
                  "%s > anywhere:5432",
                  "%s > anywhere:9092",
                  "%s > anywhere:443",
                  "%s > anywhere:4318",
                  "%s-schema > DNS:53",
                  "%s-schema > DNS:53/UDP",
                  "%s-schema > anywhere:5432"),
              Stream.of(
                  "order-service > inventory-service:8080",
                  "order-service > anywhere:6379",
                  "inventory-service > anywhere:6379",
                  "payment-service > the internet:443",
                  "notification-service > the internet:80",
                  "notification-service > the internet:443",
                  "notification-service > the internet:1024-65535",
                  "notification-service > anywhere:25"))
          .flatMap(ways -> ways)
          .sorted()
          .toList();

  private static Stream<String> everyService(String... ways) {
    return ServiceEnvironment.services().stream()
        .flatMap(service -> Stream.of(ways).map(way -> way.formatted(service)));
  }

  @Test
  void isWhatIsDeclared() {
    assertThat(Reachability.of(GOOD)).containsExactlyElementsOf(DECLARED);
  }

  @Test
  void isNarrowedByValues() {
    var narrowed =
        Reachability.of(
            Chart.render(
                """
                networkPolicy:
                  callers: [{namespaceSelector: {matchLabels: {name: edge}}}]
                  scrapers: []
                  destinations:
                    postgresql: {ports: [6432], to: [{ipBlock: {cidr: 10.1.0.0/16}}]}
                services: {inventory-service: {reaches: [postgresql]}}
                """));

    assertThat(narrowed)
        .contains(
            "inventory-service > 10.1.0.0/16:6432",
            "order-service > inventory-service:8080",
            "{\"namespaceSelector\":{\"matchLabels\":{\"name\":\"edge\"}}} > order-service:8080")
        .noneMatch(way -> way.startsWith("any pod") || way.endsWith(":9000"))
        .doesNotContain("inventory-service > anywhere:6379", "inventory-service > anywhere:443");
  }

  @Test
  void theCheckReachesTheDatabaseAndWhereItsFindingsGo() {
    assertThat(Reachability.of(Chart.render("check: {enabled: true}")))
        .filteredOn(way -> way.contains("check"))
        .containsExactly("check > DNS:53", "check > DNS:53/UDP", "check > anywhere:5432");
    assertThat(
            Reachability.of(
                Chart.render("check: {enabled: true, pushgatewayUrl: 'http://push:9091'}")))
        .contains("check > anywhere:9091");
  }

  static Stream<Arguments> plants() {
    return Stream.of(
        planted(
            "inventory-service",
            it -> it.without("/spec/podSelector"),
            "payment-service > anywhere:6379"),
        planted(
            "payment-service",
            it -> it.with("/spec/policyTypes", List.of("Ingress")),
            "payment-service > inventory-service:9000"),
        planted(
            "payment-service",
            it -> it.with("/spec/egress", List.of(Map.of())),
            "payment-service > notification-service:8080"),
        planted(
            "order-service",
            it ->
                it.with(
                    "/spec/egress",
                    List.of(Map.of("ports", List.of(Map.of("port", 8000, "endPort", 9000))))),
            "order-service > payment-service:9000"),
        planted(
            "notification-service",
            it -> it.with("/spec/ingress", List.of(Map.of("ports", List.of(Map.of("port", 5005))))),
            "anywhere > notification-service:5005"),
        planted(
            "order-service",
            it -> it.with("/spec/egress", List.of()),
            "missing order-service > inventory-service:8080"));
  }

  private static Arguments planted(String service, UnaryOperator<Manifest> change, String finding) {
    return Arguments.of(service, change, finding);
  }

  @ParameterizedTest
  @MethodSource("plants")
  void findsAPlantedWay(String service, UnaryOperator<Manifest> change, String finding) {
    var ways = Reachability.of(GOOD.with("NetworkPolicy", service, change));

    if (finding.startsWith("missing ")) {
      assertThat(ways).doesNotContain(finding.substring("missing ".length()));
    } else {
      assertThat(DECLARED).doesNotContain(finding);
      assertThat(ways).contains(finding);
    }
  }
}
