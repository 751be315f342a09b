package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.postgres.PgBouncer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart of what the services stand on. */
class InfraChartTest {
  private static final Release DEFAULT = Chart.render(Chart.INFRA, "");

  static Stream<String> values() {
    return Stream.of(
        "",
        "{enabled: true, global: {a: b}, fullnameOverride: shop, commonLabels: {team: data}}",
        "postgresql: {enabled: false}",
        "kafka: {enabled: false}",
        "valkey: {enabled: false}",
        "kafka: {existingCluster: main, topics: {replicas: 1}}",
        "kafka: {controllers: {replicas: 1}, brokers: {replicas: 1, storage: {class: fast}}, topics: {replicas: 1}}",
        "clientNamespaces: [shop, tools]",
        "postgresql: {instances: 1, synchronous: {enabled: false}, backup: {enabled: false}}",
        "postgresql: {instances: 5, synchronous: {number: 2}}",
        "postgresql: {synchronous: {dataDurability: preferred}, podMonitor: true}",
        "postgresql: {pooler: {enabled: true}}",
        "postgresql: {podMonitor: true, pooler: {enabled: true, instances: 3, poolSize: 50, maxClients: 10000}, parameters: {max_connections: '1000'}}",
        "postgresql: {backup: {endpointUrl: 'https://minio.example.org', existingSecret: minio, encryption: '', serviceAccountAnnotations: {a: b}}}",
        "postgresql: {storage: {size: 1Ti, class: fast}, walStorage: {class: fast}}",
        "postgresql: {origin: {kind: restore, source: shop-db, targetTime: '2026-11-24T10:15:00Z'}}",
        "postgresql: {origin: {kind: replica, source: eu-db, destinationPath: 's3://eu-backups/'}}");
  }

  @Test
  void isCleanForTheStrictLinter() {
    assertThat(Chart.lint(Chart.INFRA).getMessages())
        .noneMatch(it -> it.contains("WARN") || it.contains("ERROR"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void rendersNothingThatTheOperatorsDoNotKnow(String values) {
    assertThat(
            Chart.render(Chart.INFRA, values).manifests().stream()
                .flatMap(it -> KubernetesModel.findings(it).stream()))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("values")
  void isTheSameForHelm4(String values) throws IOException {
    var helm = Helm4.in(System.getenv());

    assertThat(Manifest.parseAll(helm.template(Chart.INFRA, values)))
        .extracting(Manifest::json)
        .containsExactlyInAnyOrderElementsOf(
            Chart.render(Chart.INFRA, values).manifests().stream().map(Manifest::json).toList());
  }

  @Test
  void keepsOnUninstallWhatCannotBeMadeAgain() {
    SortedMap<String, Long> kept =
        DEFAULT.manifests().stream()
            .filter(it ->
                it.json()
                    .at("/metadata/annotations")
                    .path("helm.sh/resource-policy")
                    .asText()
                    .equals("keep"))
            .collect(Collectors.groupingBy(Manifest::kind, TreeMap::new, Collectors.counting()));
    assertThat(kept)
        .containsExactly(
            entry("Cluster", 1L),
            entry("Kafka", 1L),
            entry("KafkaNodePool", 2L),
            entry("KafkaTopic", (long) Topic.values().length),
            entry("ObjectStore", 1L));
    assertThat(DEFAULT.all("KafkaNodePool").flatMap(it -> it.each("/spec/storage/volumes")))
        .allMatch(volume -> !volume.path("deleteClaim").asBoolean(true));
  }

  @Test
  void acknowledgesNoCommitThatAFailoverCouldLose() {
    var cluster = cluster("");

    assertThat(cluster.json().at("/spec/instances").asInt()).isEqualTo(3);
    assertThat(cluster.json().at("/spec/postgresql/synchronous"))
        .isEqualTo(
            Manifest.parse(
                    "{method: any, number: 1, dataDurability: required, failoverQuorum: true}")
                .json());
    assertThat(
            cluster("postgresql: {synchronous: {dataDurability: preferred}}")
                .json()
                .at("/spec/postgresql/synchronous/failoverQuorum")
                .asBoolean(true))
        .as("a quorum is nothing to go by where COMMITs go on without one")
        .isFalse();
  }

  /** The same roles and schemas as the local database, whose passwords come from secrets. */
  @Test
  void givesEachServiceItsOwnSchemaAndTheAuditorNothingButEyes() {
    var cluster = cluster("");
    var statements =
        Manifest.texts(cluster.json().at("/spec/bootstrap/initdb/postInitApplicationSQL"));

    for (String role : List.of("orders", "inventory", "payments", "notifications")) {
      assertThat(statements)
          .contains(
              "CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(role),
              "ALTER ROLE %1$s SET search_path = %1$s".formatted(role),
              "ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA %1$s GRANT SELECT ON TABLES TO auditor"
                  .formatted(role));
    }
    assertThat(statements).contains("ALTER ROLE auditor SET default_transaction_read_only = on");
    assertThat(cluster.each("/spec/managed/roles"))
        .hasSize(5)
        .allSatisfy(
            role -> assertThat(role.at("/passwordSecret/name").asText()).endsWith("-database"))
        .allSatisfy(role -> assertThat(role.has("superuser") || role.has("createrole")).isFalse());
  }

  @Test
  void poolsTransactionsWithTheStatementsThatTheyPrepare() {
    assertThat(DEFAULT.all("Pooler")).isEmpty();

    var pooled =
        Chart.render(Chart.INFRA, "postgresql: {podMonitor: true, pooler: {enabled: true}}");
    var pooler = pooled.all("Pooler").findFirst().orElseThrow();
    assertThat(pooler.string("/spec/cluster/name")).isEqualTo(cluster("").string("/metadata/name"));
    assertThat(pooler.string("/spec/type")).isEqualTo("rw");
    assertThat(pooler.string("/spec/pgbouncer/poolMode")).isEqualTo("transaction");
    // With the parameters of the local one, over which the system is tested.
    Map<String, String> parameters = new HashMap<>();
    pooler
        .json()
        .at("/spec/pgbouncer/parameters")
        .properties()
        .forEach(it -> parameters.put(it.getKey(), it.getValue().asText()));
    assertThat(parameters.remove("default_pool_size")).isEqualTo("25");
    assertThat(parameters.remove("max_client_conn")).isEqualTo("3000");
    assertThat(parameters).isEqualTo(PgBouncer.PARAMETERS);
    assertThat(pooled.all("PodDisruptionBudget"))
        .singleElement()
        .satisfies(budget -> {
          assertThat(budget.json().at("/spec/maxUnavailable").asInt()).isEqualTo(1);
          assertThat(budget.json().at("/spec/selector/matchLabels"))
              .isEqualTo(
                  Manifest.parse(
                          "{cnpg.io/poolerName: %s}".formatted(pooler.string("/metadata/name")))
                      .json());
        });
    assertThat(pooled.all("PodMonitor")).hasSize(1);
  }

  @Test
  void backsUpEncryptedEveryNightAndTheLogAllTheTime() {
    assertThat(cluster("").each("/spec/plugins"))
        .singleElement()
        .satisfies(plugin -> assertThat(plugin.path("isWALArchiver").asBoolean()).isTrue());
    assertThat(DEFAULT.all("ObjectStore"))
        .singleElement()
        .satisfies(store -> {
          assertThat(store.string("/spec/configuration/wal/encryption")).isEqualTo("AES256");
          assertThat(store.string("/spec/configuration/data/encryption")).isEqualTo("AES256");
          assertThat(store.string("/spec/retentionPolicy")).isEqualTo("30d");
        });
    assertThat(DEFAULT.all("ScheduledBackup"))
        .singleElement()
        .satisfies(backup -> {
          assertThat(backup.string("/spec/schedule")).isEqualTo("0 0 2 * * *");
          assertThat(backup.json().at("/spec/immediate").asBoolean()).isTrue();
        });
  }

  @Test
  void restoresAndFollowsInAClusterOfItsOwn() {
    var restored =
        cluster(
            "postgresql: {origin: {kind: restore, source: old-db, targetTime: '2026-11-24T10:15:00Z'}}");
    assertThat(restored.string("/spec/bootstrap/recovery/recoveryTarget/targetTime"))
        .isEqualTo("2026-11-24T10:15:00Z");
    assertThat(restored.json().at("/spec").has("replica")).isFalse();
    assertThat(restored.string("/spec/externalClusters/0/plugin/parameters/serverName"))
        .isEqualTo("old-db");

    var follower = cluster("postgresql: {origin: {kind: replica, source: eu-db}}");
    assertThat(follower.json().at("/spec/replica/enabled").asBoolean()).isTrue();
    assertThat(follower.json().at("/spec/bootstrap/recovery").has("recoveryTarget")).isFalse();
  }

  @Test
  void runsTheCacheRestricted() {
    assertThat(DEFAULT.all("Deployment"))
        .singleElement()
        .satisfies(cache -> {
          assertThat(PodFindings.looseSecurity(cache))
              .as("it writes nothing, so it has no /tmp")
              .containsExactly("has no /tmp to write to");
          assertThat(PodFindings.missingBounds(cache)).isEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql: {instances: 1} | no COMMIT is ever acknowledged",
        "postgresql: {origin: {kind: restore}} | needs postgresql.origin.source",
        "kafka: {brokers: {replicas: 2}} | no topic could be made",
        "kafka: {brokers: {replica: 2}} | replica",
        "kafka: {controllers: {replicas: 2}} | replicas",
        "postgresql: {instnaces: 3} | instnaces",
        "postgresql: {pooler: {enabled: true, poolSize: 34}} | 408 sessions",
        "postgresql: {pooler: {enabled: true, poolSize: 7}, parameters: {max_connections: null}} | of the 100 that",
        "postgresql: {pooler: {enabled: true, poolMode: session}} | poolMode",
        "postgresql: {image: 'postgres:latest'} | image",
        "postgresql: {origin: {targetTime: yesterday}} | targetTime",
        "postgresql: {backup: {schedule: '0 2 * * *'}} | schedule",
        "valkey: {maxMemory: 256Mi} | maxMemory"
      })
  void letsHelmRefuse(String values, String named) {
    assertThatThrownBy(() -> Chart.template(Chart.INFRA, values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(named);
  }

  /** One misspelt field of each kind: a schema that lets anything through checks nothing. */
  @Test
  void findsAMistakeInEveryKind() {
    var everything =
        Stream.concat(
            Chart.render(
                Chart.INFRA,
                "postgresql: {origin: {kind: replica, source: eu}, pooler: {enabled: true}}")
                .manifests()
                .stream(),
            ChartTest.everyKind().manifests().stream());
    Map<String, Manifest> kinds =
        everything.collect(Collectors.toMap(Manifest::kind, it -> it, (one, other) -> one));

    assertThat(kinds).hasSizeGreaterThanOrEqualTo(20);
    assertThat(kinds.values())
        .allSatisfy(it -> {
          assertThat(KubernetesModel.findings(it)).isEmpty();
          assertThat(KubernetesModel.findings(misspelt(it))).as(it.kind()).isNotEmpty();
        });
  }

  private static Manifest misspelt(Manifest manifest) {
    return manifest.json().has("spec")
        ? manifest.with("/spec/misspelt", true)
        : manifest.with("/misspelt", true);
  }

  /** The topics of the chart are those of the code; the file is what the templates can read. */
  @Test
  void hasTheTopicsOfTheCode() throws IOException {
    for (var chart : List.of(Chart.FOLDER, Chart.INFRA)) {
      var file = chart.resolve("files/topics.yaml");
      if (CheckedIn.refresh()) {
        Files.writeString(file, Topics.yaml());
      }
      assertThat(Files.readString(file)).as("%s", file).isEqualTo(Topics.yaml());
    }
    assertThat(
            DEFAULT
                .all("KafkaTopic")
                .map(it ->
                    "%s %s %s"
                        .formatted(
                            it.name(),
                            it.json().at("/spec/partitions"),
                            it.json().at("/spec/config/retention.ms").asText())))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Topic.values())
                .map(topic ->
                    "%s 12 %s"
                        .formatted(
                            topic.topicName(), topic.settings().getOrDefault("retention.ms", "")))
                .toList());
  }

  /** Who may do what: each service writes its own topics and reads what it consumes, no more. */
  @Test
  void givesEachServiceTheRightsThatItNeeds() throws IOException {
    var rights = new TreeMap<String, List<String>>();
    DEFAULT
        .all("KafkaUser")
        .forEach(user ->
            rights.put(
                user.component(),
                user.each("/spec/authorization/acls")
                    .map(acl ->
                        "%s %s %s"
                            .formatted(
                                acl.at("/resource/type").asText(),
                                acl.at("/resource/name").asText(),
                                acl.at("/operations/1").asText()))
                    .sorted()
                    .toList()));

    assertThat(rights.get("payment-service"))
        .containsExactly(
            "group payment-service- Read",
            "topic payments.payment.commands.v1 Read",
            "topic payments.payment.events.v1 Write");
    for (String service : ServiceEnvironment.services()) {
      assertThat(Topics.readBy(service))
          .as("topics in the configuration of %s", service)
          .isEqualTo(
              rights.getOrDefault(service, List.of()).stream()
                  .filter(right -> right.startsWith("topic ") && right.endsWith(" Read"))
                  .map(right -> right.split(" ")[1])
                  .toList());
    }
  }

  @Test
  void isDescribedByItsReadmeAsItIsNow() throws IOException {
    CheckedIn.describes(Chart.INFRA);
  }

  private static Manifest cluster(String values) {
    return Chart.render(Chart.INFRA, values).all("Cluster").findFirst().orElseThrow();
  }
}
