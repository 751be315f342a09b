package io.ordersystem.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.OrderRequest;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Placement;
import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.postgres.PgBouncer;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import io.ordersystem.devstack.token.LocalKeys;
import io.ordersystem.devstack.token.LocalTokens;
import io.ordersystem.devstack.traces.TraceTree;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The short form of the proofs: one system, started once, shown, crashed, and checked. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SystemTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int WARNINGS = 15;
  private static final Pattern OURS =
      Pattern.compile(
          "^(order|inventory|payments|notifications|outbox|inbox|db|invariant|work|reads|cache)_");
  private static final Path STATE = Path.of("target", "system").toAbsolutePath();
  private static final CommandLine SYSTEM = new CommandLine(STATE);

  @BeforeAll
  static void begin() throws Exception {
    SYSTEM.run("down", "--wipe");
  }

  @AfterAll
  static void end() throws Exception {
    SYSTEM.run("down", "--wipe");
  }

  @Test
  @Order(1)
  void namesAPortThatSomebodyElseHasBeforeAnythingStarts() throws Exception {
    int port = SYSTEM.port(LocalPort.GATEWAY);
    try (var foreign = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      var outcome = SYSTEM.run("up");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.output())
          .contains("port " + foreign.getLocalPort() + " (edge) is taken by pid")
          .contains("ORDER_SYSTEM_GATEWAY_PORT");
    }
    assertThat(Ports.answers(SYSTEM.port(LocalPort.POSTGRES))).isFalse();
  }

  @Test
  @Order(2)
  void aSecondUpFollowsALauncherThatWasKilled() throws Exception {
    Path output = Files.createTempFile("killed", ".out");
    Process launcher = SYSTEM.start(output, "up", "--links");
    await().atMost(SOON).until(() -> Ports.answers(SYSTEM.port(LocalPort.KAFKA)));
    launcher.destroyForcibly();
    var outcome = SYSTEM.run("up", "--links");
    assertThat(outcome.output()).contains("Ready after", "curl");
    assertThat(outcome.status()).isZero();
  }

  @Test
  @Order(3)
  void theDemoEndsWithEveryOrderAsExpectedAndCleanBooks() throws Exception {
    var outcome = SYSTEM.run("demo");
    assertThat(outcome.output())
        .contains("every order is in its expected state", "invariants hold")
        .contains("PAYMENT_DECLINED", "insufficient-stock", "REQUIRES_ACTION");
    assertThat(outcome.status()).isZero();
  }

  @Test
  @Order(4)
  void everyFaultPointIsReachedByTheBusinessOfTheDemo() throws Exception {
    var reached = new TreeSet<String>();
    for (String service : List.of("order", "inventory", "payment", "notification")) {
      for (String line : SYSTEM.run("fault", service).output().lines().toList()) {
        String[] point = line.strip().split(" +");
        if (Long.parseLong(point[1]) > 0) {
          reached.add(point[0]);
        }
      }
    }
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(listedFaultPoints())
        .hasSizeGreaterThan(10);
    assertThat(SYSTEM.run("fault", "order", "nowhere").output()).contains("no such fault point");
  }

  @Test
  @Order(5)
  void aCardNumberIsNowhereWhateverPlaceItIsWrittenInto() throws Exception {
    try (var client = client()) {
      new CardNumbersEverywhere(SYSTEM, STATE, client).areRefusedOrMasked();
    }
  }

  @Test
  @Order(11)
  void anOrderOfThreeSellersLivesAsItMust() throws Exception {
    try (var client = client()) {
      new GoldenOrder(client).live();
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(SYSTEM.run("check").output()).contains("invariants hold"));
  }

  @Test
  @Order(8)
  void fiftyRepeatsMakeOneOrderAlsoWhenTheServiceDiesBetweenCommitAndAnswer() throws Exception {
    offer("crash-cup", 1000);
    SYSTEM.run("fault", "order", "request.after-commit", "kill");
    try (var client = client();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Placement>>();
      for (int i = 0; i < 50; i++) {
        answers.add(threads.submit(() -> place(client, "c-fifty", 1, "the-one-key")));
      }
      await().atMost(SOON).until(() -> SYSTEM.run("status").output().contains("stopped"));
      assertThat(SYSTEM.run("start", "order").status()).isZero();
      // Each answer has a Consistency-Token of its own.
      var first = ((Placement.Placed) answers.getFirst().get()).order();
      for (var answer : answers) {
        assertThat(((Placement.Placed) answer.get()).order()).isEqualTo(first);
      }
      as("customer", "c-fifty").get("/api/orders").then().body("items.size()", equalTo(1));
      assertThat(((Placement.Placed) place(client, "c-other", 1, "the-one-key")).order())
          .isNotEqualTo(first);
      as("customer", "c-other").get("/api/orders").then().body("items.size()", equalTo(1));
      assertThat(place(client, "c-fifty", 2, "the-one-key"))
          .isInstanceOfSatisfying(
              Placement.Refused.class,
              refused -> assertThat(refused.problem().code()).isEqualTo("idempotency-key-reused"));
    }
  }

  @Test
  @Order(9)
  void theShortFormsOfTheProofsHold() throws Exception {
    for (String proof :
        List.of(
            "orders",
            "commits",
            "crash",
            "outage",
            "links",
            "outbox",
            "consumer",
            "poison",
            "inventory",
            "payments",
            "mails",
            "reads")) {
      proves(proof);
    }
  }

  @Test
  @Order(10)
  void losesNothingWhenServicesAreKilledInTheMiddle() throws Exception {
    offer("crash-tea", 1000);
    List<String> orders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      orders.add(place("crash-tea"));
      if (i == 5) {
        SYSTEM.run("kill", "inventory");
      }
      if (i == 10) {
        SYSTEM.run("kill", "payment");
      }
    }
    SYSTEM.run("kill", "order");
    SYSTEM.run("kill", "notification");
    // From here on with traces, and over a pooler: what comes after this one knows nothing of it.
    var changes = new ArrayList<>(List.of("up", "--observe"));
    boolean pooled = PgBouncer.program(System.getenv()).isPresent();
    assertThat(pooled || !"true".equals(System.getenv("CI")))
        .as("nothing is tried over a pooler: PGBOUNCER=$(.ci/pgbouncer)")
        .isTrue();
    if (pooled) {
      changes.add("--pooler");
    }
    assertThat(SYSTEM.run(changes.toArray(String[]::new)).status()).isZero();
    for (String order : orders) {
      await().atMost(SOON).until(() -> status(order).equals("CONFIRMED"));
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(SYSTEM.run("check").output()).contains("invariants hold"));
  }

  /** Last, so that it is about the events of everything before. */
  @Test
  @Order(12)
  void strangersAndOperatorsWorkWithTheEvents() throws Exception {
    var proof = SYSTEM.run("prove", "events", "--short");
    assertThat(proof.output()).contains("PROVED: events").doesNotContain("NOT PROVED");
    assertThat(SYSTEM.run("parked", "list").output()).contains("0 keys are parked");

    String topic = "orders.order.events.v1";
    Path export = Files.createTempDirectory("events").resolve("orders.jsonl");
    assertThat(SYSTEM.run("events", "export", export.toString(), "--topic", topic).status())
        .isZero();
    long exported;
    try (var lines = Files.lines(export)) {
      exported = lines.count();
    }
    var tail = SYSTEM.run("events", "tail", "--once", "--topic", topic);
    assertThat(tail.output().lines().filter(line -> line.contains(topic)).count())
        .isEqualTo(exported)
        .isPositive();
    assertThat(SYSTEM.run("events", "replay", "--file", export.toString()).output())
        .contains(exported + " messages sent again");
    assertThat(SYSTEM.run("events", "replay", "--topic", "inventory.stock.state.v1").output())
        .contains("is a state topic");
    for (String projection : List.of("offers", "contacts")) {
      assertThat(SYSTEM.run("events", "rebuild", projection).output())
          .contains(projection + ":", " 0 of them changed");
    }
    // What was sent again had been seen: nobody did anything twice.
    assertThat(SYSTEM.run("prove", "events", "--short").output()).contains("PROVED: events");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(SYSTEM.run("check").output()).contains("invariants hold"));
  }

  /**
   * Whatever a service exports is on the page, and whatever is on the page is exported, or will be:
   * an alert or a panel that asks for something else would be silent for ever.
   */
  @Test
  @Order(13)
  void theMetricsAreThoseOfThePageTheAlertsAndTheDashboards() {
    var names = new MetricNames(Path.of(System.getProperty("order-system.root")));
    // Some are there a minute after the start only.
    await().atMost(SOON.multipliedBy(2)).untilAsserted(() -> compare(names));
  }

  private static void compare(MetricNames names) {
    var exported = new TreeSet<String>();
    for (LocalPort management :
        List.of(
            LocalPort.ORDER_MANAGEMENT,
            LocalPort.INVENTORY_MANAGEMENT,
            LocalPort.PAYMENT_MANAGEMENT,
            LocalPort.NOTIFICATION_MANAGEMENT)) {
      exported.addAll(metrics(management).names());
    }
    var documented = names.documented();
    var known = documented.stream().flatMap(it -> it.samples().stream()).toList();
    assertThat(exported).filteredOn(name -> OURS.matcher(name).find()).isSubsetOf(known);
    assertThat(documented)
        .hasSizeGreaterThan(70)
        .filteredOn(MetricNames.Documented::always)
        .allSatisfy(metric -> assertThat(exported).containsAll(metric.samples()));
    var meters = names.meters();
    assertThat(documented)
        .filteredOn(metric -> !metric.always())
        .allSatisfy(metric -> assertThat(meters).containsAnyElementsOf(metric.meters()));
    assertThat(names.alerted()).hasSizeGreaterThan(15).isSubsetOf(known);
    assertThat(names.shown()).hasSizeGreaterThan(40).isSubsetOf(known);
  }

  /** From the request through rows, topics and all four services, by the parents of the spans. */
  @Test
  @Order(13)
  void anOrderIsOneTrace() throws Exception {
    offer("traced-tea", 10);
    String order = place("traced-tea");
    var way = new ArrayList<String>();
    await()
        .atMost(SOON)
        // Spans arrive one service after the other.
        .ignoreException(NoSuchElementException.class)
        .untilAsserted(() -> {
          var tree = TraceTree.find(STATE.resolve("traces/spans.jsonl"), order).orElseThrow();
          assertThat(tree.roots())
              .extracting(root -> root.service() + ": " + root.name())
              .containsExactly("order-service: POST /api/orders");
          way.clear();
          way.addAll(
              tree.spans().stream()
                  .filter(span ->
                      span.service().equals("notification-service")
                          && span.name().equals("process orders.order.events.v1"))
                  .map(tree::path)
                  .max(Comparator.comparingInt(List::size))
                  .orElseThrow()
                  .stream()
                  .map(span -> span.service() + ": " + span.name())
                  .toList());
          assertThat(way)
              .containsSubsequence(
                  "order-service: POST /api/orders",
                  "order-service: publish inventory.reservation.commands.v1",
                  "inventory-service: process inventory.reservation.commands.v1",
                  "inventory-service: publish inventory.reservation.events.v1",
                  "order-service: process inventory.reservation.events.v1",
                  "order-service: publish payments.payment.commands.v1",
                  "payment-service: process payments.payment.commands.v1",
                  "payment-service: publish payments.payment.events.v1",
                  "order-service: process payments.payment.events.v1",
                  "order-service: publish orders.order.events.v1",
                  "notification-service: process orders.order.events.v1");
        });
    String drawn = SYSTEM.run("trace", order).output();
    // docs/traces.md shows one.
    Files.writeString(Path.of("target", "trace.txt"), drawn);
    assertThat(drawn).contains("order-service: POST /api/orders");
    assertThat(SYSTEM.run("trace", "no-such-order").status()).isEqualTo(1);
  }

  /** The ids of statements are what leads from a metric to the text. */
  @Test
  @Order(14)
  void servicesExportWhatTheCommandShowsOfTheirDatabase() throws Exception {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(queries(LocalPort.ORDER_MANAGEMENT)).isNotEmpty());
    assertThat(SYSTEM.run("db", "slow", "--limit", "1000").output())
        .contains(queries(LocalPort.ORDER_MANAGEMENT))
        .contains(queries(LocalPort.PAYMENT_MANAGEMENT));
    assertThat(SYSTEM.run("db", "indexes").output())
        .containsPattern("\\n *orders\\.orders +orders_pkey +\\d+ +[1-9]\\d* ")
        .contains("payments.payments", "inventory.inventory", "notifications.messages")
        .doesNotContainPattern("_20\\d\\d_\\d\\d");
    assertThat(SYSTEM.run("db", "locks").status()).isZero();
  }

  private static Set<String> queries(LocalPort management) {
    return metrics(management).named("db_statement_calls").values("query");
  }

  /** After everything else: what counts orders or messages must not count these. */
  @Test
  @Order(14)
  void aServiceWaitsForTheJobThatMigratesItsSchema() throws Exception {
    try (var database = new EmptyDatabase(SYSTEM.port(LocalPort.POSTGRES))) {
      Process service = database.service();
      await().atMost(SOON).until(() -> database.log().contains("Waiting for the schema"));
      assertThat(database.ready()).as("before there is a schema").isNotEqualTo(200);
      Process job = database.job();
      assertThat(job.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).as("the job ends").isTrue();
      assertThat(job.exitValue()).as("%s", database.log()).isZero();
      await().atMost(SOON).until(() -> database.ready() == 200);
      assertThat(service.isAlive()).isTrue();
    }
  }

  @Test
  @Order(15)
  void oldOrdersThatAreFilledInAddUpLikeAllOthers() throws Exception {
    var fill = SYSTEM.run("data", "fill", "--orders", "3000", "--months", "3");
    assertThat(fill.output()).contains("3,000 of 3,000", "Filled in");
    assertThat(fill.status()).isZero();
    var check = SYSTEM.run("check");
    assertThat(check.output()).contains("invariants hold");
    // A second time they are refused as a whole.
    var again = SYSTEM.run("data", "fill", "--orders", "3000", "--months", "3");
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.output()).contains("another --seed makes others");
    assertThat(SYSTEM.run("check").output()).contains("invariants hold");
    as("customer", "buyer-1")
        .get("/api/orders")
        .then()
        .statusCode(200)
        .body("items.size()", equalTo(20));
  }

  @Test
  @Order(16)
  void aFailoverLosesNoAcknowledgedOrder() throws Exception {
    String drill = drilled("failover");
    assertThat(drill)
        .contains("RTO ")
        .containsPattern("RPO: 0 of \\d+ acknowledged orders are lost");
  }

  @Test
  @Order(17)
  void aRestoreToATimeEndsClean() throws Exception {
    String drill = drilled("restore", "--to", "2s");
    assertThat(drill)
        .contains("RTO ", "of all acknowledged since 0 are lost")
        .containsPattern("RPO: 0 of [1-9]\\d* orders acknowledged until then are lost");
    // The backup is not to be read without its key.
    Path base = STATE.resolve("backup/base/base.tar.sealed");
    assertThat(Files.size(base)).isGreaterThan(1_000_000);
    assertThat(STATE.resolve("backup")).isDirectoryNotContaining("glob:**key**");
  }

  private static String drilled(String... drill) throws Exception {
    var call = new ArrayList<>(List.of("drill"));
    call.addAll(List.of(drill));
    call.add("--short");
    var outcome = SYSTEM.run(call.toArray(String[]::new));
    System.out.println(outcome.output().strip().lines().toList().getLast());
    assertThat(outcome.status())
        .as(() -> outcome.output() + "what the services warned of:\n" + warnings())
        .isZero();
    assertThat(outcome.output()).contains("PASSED: drill").doesNotContain("FAILED");
    return outcome.output();
  }

  @Test
  @Order(18)
  void aServiceIsRestartedUnderLoadAndNoRequestFails() throws Exception {
    proves("rollout");
  }

  private static void proves(String proof) throws Exception {
    var outcome = SYSTEM.run("prove", proof, "--short");
    // How long each takes is what the time of CI is made of.
    System.out.println(outcome.output().strip().lines().toList().getLast());
    assertThat(outcome.status())
        .as(() -> outcome.output() + "what the services warned of:\n" + warnings())
        .isZero();
    assertThat(outcome.output()).contains("PROVED: " + proof).doesNotContain("NOT PROVED");
  }

  private static Samples metrics(LocalPort management) {
    return Samples.parse(new Management(SYSTEM.port(management)).metrics());
  }

  @Test
  @Order(6)
  void theGatewayRefusesInTheSameShapeAsTheServices() throws Exception {
    gateway().get("/elsewhere").then().statusCode(404).contentType("application/problem+json");
    gateway()
        .contentType("application/json")
        .body("x".repeat(1024 * 1024 + 1))
        .post("/api/orders")
        .then()
        .statusCode(413)
        .contentType("application/problem+json");
    SYSTEM.run("stop", "notification");
    as("operator", "op")
        .get("/api/notifications")
        .then()
        .statusCode(503)
        .contentType("application/problem+json")
        .header("Retry-After", "2");
    assertThat(SYSTEM.run("status").status()).isEqualTo(1);
    assertThat(SYSTEM.run("start", "notification").status()).isZero();
    assertThat(SYSTEM.run("status").status()).isZero();
  }

  @Test
  @Order(7)
  void printsATokenAndNothingElseAndRefusesWrongCalls() throws Exception {
    var token = SYSTEM.run("token", "--role", "customer", "--subject", "c1");
    assertThat(token.output().strip()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    assertThat(SYSTEM.run("token", "--role", "king", "--subject", "c1").status()).isNotZero();
    assertThat(SYSTEM.run("start", "nothing").status()).isEqualTo(2);
    assertThat(SYSTEM.run("fly").status()).isEqualTo(2);
  }

  /** The last warnings of each service: what is seen of a failure on a machine that is gone. */
  private static String warnings() {
    return Stream.of("order", "inventory", "payment", "notification")
        .flatMap(service -> {
          try {
            return SYSTEM
                .run("logs", service, "--lines", "5000")
                .output()
                .lines()
                .filter(line -> line.contains("\"level\":\"WARN\"") || line.contains("ERROR"))
                .toList()
                .reversed()
                .stream()
                .limit(WARNINGS)
                .map(line -> service + " " + line);
          } catch (IOException | InterruptedException e) {
            return Stream.of(service + " has no log: " + e);
          }
        })
        .collect(Collectors.joining("\n"));
  }

  private static OrderSystemClient client() {
    var keys = LocalKeys.in(new StateDirectory(STATE));
    return new OrderSystemClient(
        URI.create("http://127.0.0.1:" + SYSTEM.port(LocalPort.GATEWAY)),
        (role, subject, seller) ->
            new LocalTokens(keys, Clock.systemUTC()).token(role, subject, seller),
        CallLimits.STANDARD.within(SOON.multipliedBy(2)));
  }

  /** The generated list, which a test of the platform keeps equal to the code. */
  private static List<String> listedFaultPoints() throws IOException {
    var list = Path.of(System.getProperty("order-system.root"), "docs", "fault-points.md");
    return Pattern.compile("^\\| `(.+?)` ", Pattern.MULTILINE)
        .matcher(Files.readString(list))
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  private static void offer(String variant, int onHand) throws Exception {
    as("operator", "op")
        .body(
            "{\"name\": \"Tea\", \"unitPrice\": 500, \"currency\": \"EUR\", \"onHand\": %d}"
                .formatted(onHand))
        .put("/api/inventory/" + variant + "/sellers/s1")
        .then()
        .statusCode(201);
  }

  private static Placement place(
      OrderSystemClient client, String customer, int quantity, String key) {
    var line = new OrderRequest.Line("crash-cup", "s1", quantity, null, null);
    return client
        .customer(customer)
        .place(
            new OrderRequest(customer, List.of(line), "EUR", null, null, null, null),
            key,
            Duration.ZERO);
  }

  private static String place(String variant) throws Exception {
    return as("customer", "c1")
        .body(
            "{\"customerId\": \"c1\", \"items\": [{\"variantId\": \"%s\", \"quantity\": 1}], \"contact\": {\"email\": \"c1@example.org\"}}"
                .formatted(variant))
        .post("/api/orders")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static String status(String order) throws Exception {
    return as("customer", "c1").get("/api/orders/" + order).path("status");
  }

  private static RequestSpecification as(String role, String subject)
      throws IOException, InterruptedException {
    String token = SYSTEM.run("token", "--role", role, "--subject", subject).output().strip();
    return gateway()
        .auth()
        .oauth2(token)
        .header("Cache-Control", "no-cache")
        .contentType("application/json");
  }

  private static RequestSpecification gateway() {
    return given().baseUri("http://127.0.0.1").port(SYSTEM.port(LocalPort.GATEWAY));
  }
}
