package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {

  private static final Release DEFAULT = Chart.render();

  private static final String ROUTED =
      "httpRoute: {enabled: true, parentRefs: [{name: edge, namespace: gateways}], hostnames: [shop.example.org]}";

  /** Each switch at least once the other way. Services that are off may not be pointed at. */
  private static final String EVERYTHING_ELSE =
      """
      %s
      fullnameOverride: shop
      commonLabels: {team: orders}
      image: {registry: registry.example.org, tag: "1", pullSecrets: [{name: pull}]}
      defaults:
        autoscaling: {enabled: false}
        podDisruptionBudget: {enabled: false}
        runAsUser: 10001
        priorityClassName: high
        podAnnotations: {note: "1"}
        nodeSelector: {disk: ssd}
        tolerations: [{key: dedicated, operator: Exists}]
        topologySpread: []
        shutdown: {preStopSleepSeconds: 30, drainSeconds: 60, marginSeconds: 1}
      services:
        inventory-service: {serviceAccount: {create: false}}
        payment-service: {image: {digest: "sha256:%s"}}
        notification-service: {enabled: false}
      """
          .formatted(ROUTED, "0".repeat(64));

  private static final String OPERATED =
      "{prometheusRule: {enabled: true, labels: {team: orders}},"
          + " podMonitor: {enabled: true, labels: {team: orders}}, dashboards: {enabled: true, annotations: {grafana_folder: Shop}}}";

  static Stream<Release> releases() {
    return Stream.of(
        DEFAULT, Chart.render(ROUTED), Chart.render(EVERYTHING_ELSE), Chart.render(OPERATED));
  }

  /** A release with every kind of object that the chart can make. */
  static Release everyKind() {
    return new Release(
        Stream.of(
                Chart.render(ROUTED),
                Chart.render(OPERATED),
                Chart.render("externalSecrets: {enabled: true, store: {name: vault}}"),
                Chart.render("ingress: {enabled: true, hosts: [shop.example.org]}"),
                Chart.render("defaults: {autoscaling: {enabled: false}, keda: {enabled: true}}"))
            .flatMap(release -> release.manifests().stream())
            .toList());
  }

  @Test
  void isCleanForTheStrictLinter() {
    assertThat(Chart.lint(Chart.FOLDER).getMessages())
        .noneMatch(it -> it.contains("WARN") || it.contains("ERROR"));
  }

  @Test
  void rendersEveryObjectOfTheFourServices() {
    assertThat(kinds(DEFAULT))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Deployment", 4L,
                "Service", 4L,
                "ServiceAccount", 4L,
                "ConfigMap", 4L,
                "HorizontalPodAutoscaler", 4L,
                "Job", 4L,
                "NetworkPolicy", 8L,
                "PodDisruptionBudget", 4L));
    assertThat(DEFAULT.all("Deployment").map(Manifest::component))
        .containsExactlyInAnyOrderElementsOf(ServiceEnvironment.services());
  }

  @Test
  void rendersOnlyWhatIsOn() {
    assertThat(kinds(Chart.render(EVERYTHING_ELSE)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Deployment",
                3L,
                "Service",
                3L,
                "ServiceAccount",
                2L,
                "ConfigMap",
                3L,
                "Job",
                3L,
                "NetworkPolicy",
                6L,
                "HTTPRoute",
                1L));
  }

  /** The Job's image, password and addresses; that it is restricted is among the rules. */
  @Test
  void checksAllServicesTogetherByACronJob() {
    var release =
        Chart.render(
            """
            image: {registry: r.example.org, tag: 3.0.0}
            check: {enabled: true, pushgatewayUrl: 'http://push.monitoring:9091'}
            externalSecrets: {enabled: true, store: {name: vault}}
            """);
    var cron = release.all("CronJob").findFirst().orElseThrow();
    assertThat(cron.string("/spec/concurrencyPolicy")).isEqualTo("Forbid");
    var container = cron.jobOfCronJob().containers().findFirst().orElseThrow();
    assertThat(container.path("image").asText())
        .isEqualTo("r.example.org/order-system/order-system-tools:3.0.0");
    assertThat(Manifest.texts(container.path("args")))
        .startsWith("check", "--jdbc-url", "jdbc:postgresql://postgresql-rw:5432/ordersystem")
        .endsWith(
            "--push",
            "http://push.monitoring:9091/metrics/job/order-system-check/namespace/order-system/application/order-system-check");
    assertThat(container.at("/env/1/valueFrom/secretKeyRef/name").asText())
        .isEqualTo("auditor-database");
    assertThat(release.all("ExternalSecret").map(Manifest::name)).contains("auditor-database");
    assertThat(DEFAULT.all("CronJob")).isEmpty();
  }

  @Test
  void scrapesByPodsOrByServicesAndNotByBoth() {
    var release = Chart.render("serviceMonitor: {enabled: true}");
    var selected =
        release
            .all("ServiceMonitor")
            .findFirst()
            .orElseThrow()
            .json()
            .at("/spec/selector/matchLabels");
    assertThat(
            release
                .all("Service")
                .filter(it ->
                    selected
                        .propertyStream()
                        .allMatch(label ->
                            label
                                .getValue()
                                .equals(it.json().at("/metadata/labels").get(label.getKey()))))
                .map(it -> it.string("/spec/ports/0/name")))
        .containsExactly("management", "management", "management", "management");
    assertThatThrownBy(
            () -> Chart.template("serviceMonitor: {enabled: true}\npodMonitor: {enabled: true}"))
        .hasMessageContaining("enable one of them");
  }

  @Test
  void spreadsOverZonesAndNodes() {
    assertThat(DEFAULT.all("Deployment"))
        .allSatisfy(it -> {
          var spread = it.json().at(Manifest.POD + "/topologySpreadConstraints");
          assertThat(Manifest.texts(spread, "topologyKey"))
              .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
          assertThat(spread)
              .allSatisfy(constraint -> {
                assertThat(constraint.at("/labelSelector/matchLabels"))
                    .isEqualTo(it.json().at("/spec/selector/matchLabels"));
                assertThat(Manifest.texts(constraint.path("matchLabelKeys")))
                    .containsExactly("pod-template-hash");
              });
        });
  }

  @Test
  void tellsTheServicesWhereReadsAreAnswered() {
    assertThat(DEFAULT.all("ConfigMap"))
        .allMatch(it -> it.string("/data/READS_REPLICAS").equals("postgresql-ro:5432"));
    assertThat(Chart.render("postgresql: {replicaHosts: [a, b]}").all("ConfigMap"))
        .allMatch(it -> it.string("/data/READS_REPLICAS").equals("a:5432,b:5432"));
  }

  /** What needs a session of its own stays on the server: the migrations and the outbox's lead. */
  @Test
  void sendsStatementsAndNothingElseOverAPooler() {
    assertThat(DEFAULT.all("ConfigMap"))
        .noneMatch(it -> it.json().at("/data").has("DATABASE_POOLER"));

    var pooled =
        Chart.render("{postgresql: {poolerHost: pool, poolerPort: 6432}, check: {enabled: true}}");
    assertThat(pooled.all("ConfigMap"))
        .hasSize(4)
        .allSatisfy(it -> {
          assertThat(it.string("/data/DATABASE_POOLER")).isEqualTo("true");
          assertThat(it.string("/data/QUARKUS_DATASOURCE_REACTIVE_URL"))
              .isEqualTo("postgresql://pool:6432/ordersystem");
          assertThat(it.string("/data/QUARKUS_DATASOURCE_JDBC_URL"))
              .isEqualTo("jdbc:postgresql://postgresql-rw:5432/ordersystem");
          assertThat(it.string("/data/READS_REPLICAS")).isEqualTo("postgresql-ro:5432");
        });
    assertThat(Stream.concat(pooled.all("Job"), pooled.all("CronJob")).map(Manifest::json))
        .isNotEmpty()
        .noneMatch(it -> it.toString().contains("//pool:"));
  }

  @Test
  void writesReplicasOnlyWithoutAnAutoscaler() {
    assertThat(DEFAULT.all("Deployment")).allMatch(it -> !it.json().at("/spec").has("replicas"));
    assertThat(Chart.render(EVERYTHING_ELSE).all("Deployment"))
        .allMatch(it -> it.json().at("/spec/replicas").asInt() == 2);
  }

  @ParameterizedTest
  @MethodSource("releases")
  void rendersNothingThatKubernetesDoesNotKnow(Release release) {
    assertThat(release.manifests().stream().flatMap(it -> KubernetesModel.findings(it).stream()))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("releases")
  void keepsEveryRule(Release release) {
    for (var rule : ManifestRule.values()) {
      assertThat(rule.findings(release)).as(rule.name()).isEmpty();
    }
  }

  @Test
  void carriesTheStandardLabelsOnEveryObject() {
    assertThat(DEFAULT.manifests())
        .allSatisfy(it ->
            assertThat(
                    it.json().at("/metadata/labels").properties().stream().map(Map.Entry::getKey))
                .contains(
                    "app.kubernetes.io/name",
                    "app.kubernetes.io/instance",
                    "app.kubernetes.io/version",
                    "app.kubernetes.io/component",
                    "app.kubernetes.io/part-of",
                    "app.kubernetes.io/managed-by",
                    "helm.sh/chart"));
  }

  @Test
  void routesThePathsOfTheGateway() {
    var routes = new TreeMap<String, String>();
    Chart.render(ROUTED)
        .all("HTTPRoute")
        .flatMap(it -> it.each("/spec/rules"))
        .forEach(rule ->
            rule.path("matches")
                .forEach(it ->
                    routes.put(
                        it.at("/path/value").asText(), rule.at("/backendRefs/0/name").asText())));

    assertThat(routes)
        .containsExactly(
            Map.entry("/api/inventory", "order-system-inventory-service"),
            Map.entry("/api/notifications", "order-system-notification-service"),
            Map.entry("/api/orders", "order-system-order-service"),
            Map.entry("/api/payments", "order-system-payment-service"),
            Map.entry("/api/sellers", "order-system-order-service"));
  }

  /** Every secret that a pod names is fetched, with every key. */
  @Test
  void fetchesWhatThePodsName() {
    var release =
        Chart.render("externalSecrets: {enabled: true, store: {name: vault}, prefix: shop/}");
    var named = new TreeSet<String>();
    release
        .all("Deployment")
        .flatMap(Manifest::containers)
        .flatMap(it -> it.path("env").valueStream())
        .map(it -> it.at("/valueFrom/secretKeyRef"))
        .filter(it -> it.has("key"))
        .forEach(it ->
            named.add("shop/%s %s".formatted(it.path("name").asText(), it.path("key").asText())));
    var fetched = new TreeSet<String>();
    release
        .all("ExternalSecret")
        .flatMap(it -> it.each("/spec/data"))
        .forEach(it ->
            fetched.add(
                it.at("/remoteRef/key").asText() + " " + it.at("/remoteRef/property").asText()));

    assertThat(fetched).hasSizeGreaterThan(8).isEqualTo(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config: {KAFKA_BOOTSTRAP_SERVERS: other:9092}",
        "oidc: {authServerUrl: 'https://other'}",
        "postgresql: {host: other}"
      })
  void restartsThePodsWhenTheirConfigurationChanges(String values) {
    assertThat(checksums(Chart.render(values))).doesNotContainAnyElementsOf(checksums(DEFAULT));
    assertThat(checksums(Chart.render("commonLabels: {team: orders}")))
        .isEqualTo(checksums(DEFAULT));
  }

  @Test
  void letsTheConfigurationOfAServiceWinOverThatOfAll() {
    var release =
        Chart.render(
            "{config: {QUARKUS_MAILER_PORT: '1'}, services: {notification-service: {config: {QUARKUS_MAILER_PORT: '2'}}}}");

    assertThat(mailerPorts(release))
        .containsOnly(
            Map.entry("order-service", "1"),
            Map.entry("inventory-service", "1"),
            Map.entry("payment-service", "1"),
            Map.entry("notification-service", "2"));
  }

  @Test
  void givesAServiceTheCertificatesOfAnAuthorityAsAFile() {
    var pods =
        Chart.render(
                "services: {notification-service: {caCertificates: {existingSecret: mail-ca, key: root.pem}}}")
            .all("Deployment")
            .collect(
                Collectors.toMap(
                    Manifest::component, it -> it.json().at("/spec/template/spec").toString()));

    assertThat(pods.remove("notification-service"))
        .contains(
            "\"mountPath\":\"/etc/order-system/ca\"",
            "\"secretName\":\"mail-ca\"",
            "\"key\":\"root.pem\",\"path\":\"ca.crt\"");
    assertThat(pods.values()).noneMatch(pod -> pod.contains("/etc/order-system/ca"));
  }

  @Test
  void letsAServiceSwitchOffWhatHoldsForAll() {
    var release =
        Chart.render(
            """
            services:
              order-service:
                autoscaling: {enabled: false}
                podDisruptionBudget: {enabled: false}
                topologySpread: []
            """);

    assertThat(kinds(release))
        .containsEntry("HorizontalPodAutoscaler", 3L)
        .containsEntry("PodDisruptionBudget", 3L);
    assertThat(
            release
                .all("Deployment")
                .filter(it -> it.json().at(Manifest.POD).has("topologySpreadConstraints"))
                .map(Manifest::component))
        .hasSize(3)
        .doesNotContain("order-service");
  }

  /** What a Job runs cannot be changed: whatever changes it makes another one of it. */
  @Test
  void migratesOnceForWhatHasChanged() {
    var names = jobs("");

    assertThat(names).hasSize(4).allMatch(name -> name.length() <= 63);
    assertThat(jobs("config: {QUARKUS_LOG_LEVEL: INFO}")).isEqualTo(names);
    assertThat(jobs("commonLabels: {team: orders}")).isEqualTo(names);
    for (String change :
        List.of(
            "image: {tag: '2'}",
            "postgresql: {host: restored-rw}",
            "migrations: {run: after-the-restore}",
            "defaults: {runAsUser: 10001}",
            "defaults: {resources: {limits: {memory: 1Gi}}}",
            "defaults: {tmpSizeLimit: 1Gi}",
            "image: {pullSecrets: [{name: pull}]}")) {
      assertThat(jobs(change)).as(change).hasSize(4).doesNotContainAnyElementsOf(names);
    }
    assertThat(jobs("services: {order-service: {image: {tag: '2'}}}"))
        .filteredOn(name -> !names.contains(name))
        .hasSize(1)
        .allMatch(name -> name.startsWith("order-system-order-service-schema-"));
    assertThat(jobs("fullnameOverride: abcdefghijklmnopqrstuvwxyz0123"))
        .allMatch(name -> name.length() <= 63);
  }

  private static List<String> jobs(String values) {
    return Chart.render(values).all("Job").map(Manifest::name).toList();
  }

  @Test
  void letsOneOfThemMigrate() {
    assertThat(migrating(DEFAULT)).containsOnly("false");
    assertThat(DEFAULT.all("Job").flatMap(Manifest::containers))
        .allSatisfy(it ->
            assertThat(it.path("env").toString())
                .contains(
                    "{\"name\":\"QUARKUS_FLYWAY_MIGRATE_AT_START\",\"value\":\"true\"}",
                    "{\"name\":\"QUARKUS_INIT_AND_EXIT\",\"value\":\"true\"}"));
    var alone = Chart.render("migrations: {mode: startup}");
    assertThat(alone.all("Job")).isEmpty();
    assertThat(migrating(alone)).containsOnly("true");
  }

  private static List<String> migrating(Release release) {
    return release
        .all("ConfigMap")
        .map(it -> it.string("/data/QUARKUS_FLYWAY_MIGRATE_AT_START"))
        .toList();
  }

  @Test
  void isCheckedInAsItIsRenderedNow() throws IOException {
    var expected = CheckedIn.manifests(Chart.render("migrations: {mode: startup}"));
    if (CheckedIn.refresh()) {
      CheckedIn.write(Chart.RENDERED, expected);
    }

    assertThat(CheckedIn.read(Chart.RENDERED))
        .as("k8s/base/rendered is stale. Refresh it: %s", CheckedIn.REFRESH)
        .isEqualTo(expected);
  }

  @Test
  void isDescribedByItsReadmeAsItIsNow() throws IOException {
    CheckedIn.describes(Chart.FOLDER);
  }

  private static Map<String, Long> kinds(Release release) {
    return release.manifests().stream()
        .collect(Collectors.groupingBy(Manifest::kind, Collectors.counting()));
  }

  private static List<String> checksums(Release release) {
    return release
        .all("Deployment")
        .map(it ->
            it.json().at("/spec/template/metadata/annotations").path("checksum/config").asText())
        .toList();
  }

  private static Map<String, String> mailerPorts(Release release) {
    return release
        .all("ConfigMap")
        .collect(
            Collectors.toMap(Manifest::component, it -> it.string("/data/QUARKUS_MAILER_PORT")));
  }
}
