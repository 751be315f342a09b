package io.ordersystem.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderRequest;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Placement;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import io.ordersystem.devstack.token.LocalKeys;
import io.ordersystem.devstack.token.LocalTokens;
import io.ordersystem.system.CardProbe.Answered;
import io.ordersystem.system.CardProbe.Target;
import io.ordersystem.system.KeptTexts.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Card numbers of their own are sent into every place of every endpoint of the running system:
 * refused where people write, and in the end in no table, topic, cache, mail or log. An id may look
 * like one; it is then masked in the logs.
 *
 * <p>Spans go nowhere here ({@code quarkus.otel.traces.exporter=none}), so they cannot be searched:
 * that what one records is masked is {@code MaskedSpansTest}'s and, by a processor in a running
 * service, {@code CardNumbersTest}'s of order-service.
 */
final class CardNumbersEverywhere {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int AT_ONCE = 8;
  private static final int UNAVAILABLE = 503;
  private static final String REFUSED = "card-number-not-allowed";

  /**
   * What there was when this was written: fewer would mean that the search for places is broken.
   */
  private static final int ENDPOINTS = 35;

  private static final int PROBES = 900;
  private static final int OPERATIONS = 9;

  private final ObjectMapper json = new ObjectMapper();
  private final TestCards cards = new TestCards();
  private final CommandLine system;
  private final StateDirectory state;
  private final OrderSystemClient client;
  private final Map<String, String> tokens;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(SOON).build();

  private final String run = Long.toString(System.nanoTime(), 36);

  /** An id, harmless and nowhere else: what the search has to find. */
  private final String needle = "needle" + run;

  /** The same in a free text, by a text of its own: no event but the contact may name people. */
  private final String person = "Person" + run;

  CardNumbersEverywhere(CommandLine system, Path state, OrderSystemClient client) {
    this.system = system;
    this.state = new StateDirectory(state);
    this.client = client;
    this.tokens = tokens();
  }

  void areRefusedOrMasked() throws Exception {
    long began = System.nanoTime();
    Path root = Path.of(System.getProperty("order-system.root"));
    var contracts = ContractProbes.of(root.resolve("docs/api"), cards);
    var operations = OperationProbes.of(root, cards);
    everythingIsProbed(contracts, operations);
    var probes =
        Stream.of(contracts.probes(), operations.probes(), webhooks(), strangers())
            .flatMap(List::stream)
            .toList();
    var faults = new ArrayList<String>();
    try (http) {
      faults.addAll(send(probes));
      String masked = logAnId();
      placeTheNeedle();
      faults.addAll(leaks(probes, masked));
    }
    assertThat(faults).isEmpty();
    System.out.printf(
        Locale.ROOT,
        "card numbers: %d endpoints, %d operations, %d probes, %.1f s%n",
        contracts.endpoints().size(),
        operations.routes().size(),
        probes.size(),
        (System.nanoTime() - began) / 1e9);
  }

  private static void everythingIsProbed(ContractProbes contracts, OperationProbes operations) {
    assertThat(contracts.endpoints())
        .hasSizeGreaterThanOrEqualTo(ENDPOINTS)
        .extracting(endpoint -> endpoint.split("/")[2])
        .contains("orders", "sellers", "inventory", "payments", "notifications");
    assertThat(contracts.probes()).hasSizeGreaterThanOrEqualTo(PROBES);
    assertThat(operations.routes()).hasSizeGreaterThanOrEqualTo(OPERATIONS);
    assertThat(contracts.refusedNames())
        .contains(
            "reason", "reference", "carrier", "name", "line1", "email", "paymentMethod", "search")
        .contains("currency", "type", "asOf", "createdFrom");
    assertThat(contracts.exceptedNames())
        .containsExactlyInAnyOrder(
            "cursor",
            "after",
            "customerId",
            "itemId",
            "orderId",
            "reservationKey",
            "sellerId",
            "sku",
            "trackingNumber",
            "variantId");
  }

  private Map<String, String> tokens() {
    var tokens = new LocalTokens(LocalKeys.in(state), Clock.systemUTC());
    return LocalTokens.ROLES.stream()
        .collect(
            Collectors.toMap(
                role -> role,
                role -> tokens.token(role, "cards", role.equals("seller") ? "s1" : null)));
  }

  /** What was not answered as it must be. */
  private List<String> send(List<CardProbe> probes) throws Exception {
    var faults = new ArrayList<String>();
    try (var senders = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<Callable<String>> calls =
          probes.stream()
              .<Callable<String>>map(probe -> () -> fault(probe, answer(probe)))
              .toList();
      for (var call : senders.invokeAll(calls)) {
        faults.add(call.get());
      }
    }
    faults.removeIf(String::isEmpty);
    return faults;
  }

  private HttpResponse<String> answer(CardProbe probe) throws IOException, InterruptedException {
    return http.send(request(probe), BodyHandlers.ofString());
  }

  private HttpRequest request(CardProbe probe) {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + system.port(port(probe.target())) + probe.path()))
            .timeout(SOON)
            .method(
                probe.method(),
                probe.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(probe.body()));
    if (!probe.role().isEmpty()) {
      request.header("Authorization", "Bearer " + tokens.get(probe.role()));
    }
    probe.headers().forEach(request::header);
    return request.build();
  }

  private static LocalPort port(Target target) {
    return switch (target) {
      case GATEWAY -> LocalPort.GATEWAY;
      case ORDER -> LocalPort.ORDER_MANAGEMENT;
      case INVENTORY -> LocalPort.INVENTORY_MANAGEMENT;
      case PAYMENT -> LocalPort.PAYMENT_MANAGEMENT;
      case NOTIFICATION -> LocalPort.NOTIFICATION_MANAGEMENT;
    };
  }

  /** Empty when it was answered as it must be. What gets past the door may find a slow database. */
  private String fault(CardProbe probe, HttpResponse<String> answer) throws IOException {
    boolean repeated = TestCards.isIn(answer.body(), probe.number());
    boolean problem =
        answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem");
    boolean well =
        (answer.statusCode() < 500 || answer.statusCode() == UNAVAILABLE)
            && switch (probe.answered()) {
              case Answered.Refused(String pointer) ->
                  !repeated && problem && isRefused(answer, pointer);
              case Answered.NotRepeated() -> !repeated;
              case Answered.TakenForAnId() ->
                  !(repeated && problem) && !answer.body().contains(REFUSED);
            };
    return well
        ? ""
        : "%s %s (%s): %s %s"
            .formatted(
                probe.place(), probe.body(), probe.answered(), answer.statusCode(), answer.body());
  }

  private boolean isRefused(HttpResponse<String> answer, String pointer) throws IOException {
    JsonNode body = json.readTree(answer.body());
    return answer.statusCode() == 422
        && body.path("code").asText().equals(REFUSED)
        && body.path("errors").size() == 1
        && body.path("errors").path(0).path("pointer").asText("").equals(pointer);
  }

  /** The provider's own words: signed ones are taken, others refused; none are kept. */
  private List<CardProbe> webhooks() throws GeneralSecurityException {
    var probes = new ArrayList<CardProbe>();
    for (String secret : List.of("whsec_local", "whsec_guessed")) {
      String number = cards.freeText();
      String body =
          """
          {"id": "evt_%s", "object": "event", "type": "payment_intent.canceled", "created": %d,
           "data": {"object": {"id": "pi_unknown", "object": "payment_intent", "description": "%3$s",
            "receipt_email": "%3$s@example.org", "metadata": {"note": "%3$s"}, "last_payment_error": {"message": "%3$s"}}}}
          """
              .formatted(needle + secret, Clock.systemUTC().instant().getEpochSecond(), number);
      probes.add(
          new CardProbe(
              "webhook signed with " + secret,
              Target.GATEWAY,
              "POST",
              "/api/payments/webhooks/stripe",
              "",
              Map.of(
                  "Content-Type", "application/json", "Stripe-Signature", signature(secret, body)),
              body,
              number,
              new Answered.NotRepeated()));
    }
    return probes;
  }

  /** Whoever writes a number where a token belongs. */
  private List<CardProbe> strangers() {
    var probes = new ArrayList<CardProbe>();
    for (String path :
        List.of(
            "/api/orders",
            "/api/sellers/s1/orders",
            "/api/inventory",
            "/api/payments/x",
            "/api/notifications")) {
      String number = cards.freeText();
      probes.add(
          new CardProbe(
              "token for " + path,
              Target.GATEWAY,
              "GET",
              path,
              "",
              Map.of("Authorization", "Bearer " + number),
              "",
              number,
              new Answered.NotRepeated()));
    }
    return probes;
  }

  private static String signature(String secret, String body) throws GeneralSecurityException {
    long seconds = Clock.systemUTC().instant().getEpochSecond();
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] proof = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
    return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(proof);
  }

  /**
   * An article may have a number that is a card's, and a failure logs the path with it: here of a
   * request whose answer is lost after its commit.
   *
   * @return what the log must have in its place
   */
  private String logAnId() throws IOException, InterruptedException {
    String number = cards.id();
    client.operator("cards").putOffer(number, needle, new Offer.Terms("Tea", 500, "EUR", 1, 0));
    new Management(system.port(LocalPort.INVENTORY_MANAGEMENT))
        .arm("request.after-commit", "fail", 0, 0);
    var answer =
        answer(
            new CardProbe(
                "a failure",
                Target.GATEWAY,
                "POST",
                "/api/inventory/" + number + "/sellers/" + needle + "/movements",
                "operator",
                Map.of("Content-Type", "application/json", "Idempotency-Key", needle),
                "{\"type\": \"RECEIPT\", \"quantity\": 1, \"reason\": \"found\"}",
                number,
                new Answered.TakenForAnId()));
    assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
    assertThat(TestCards.isIn(answer.body(), number)).isFalse();
    return TestCards.masked(number);
  }

  /** An order that everybody hears of: its mail is the last thing that happens to it. */
  private void placeTheNeedle() {
    var operator = client.operator("cards");
    operator.putOffer(needle, "s1", new Offer.Terms("Tea", 500, "EUR", 10, 0));
    var placed =
        client
            .customer("cards")
            .place(
                new OrderRequest(
                    "cards",
                    List.of(new OrderRequest.Line(needle, "s1", 1, null, null)),
                    "EUR",
                    null,
                    new OrderRequest.Address(person, "Street 1", "Berlin", null, "10115", "DE"),
                    new OrderRequest.Contact(person, "cards@example.org", "en"),
                    null),
                needle,
                Duration.ofSeconds(10));
    String order = ((Placement.Placed) placed).order().id();
    await()
        .atMost(SOON)
        .until(() ->
            operator
                .call("GET", "/api/notifications?orderId=" + order, null, null)
                .body()
                .toString()
                .contains("SENT"));
  }

  /** Where a number stands that must not, each with the request that it came in with. */
  private List<String> leaks(List<CardProbe> probes, String masked) throws Exception {
    var sought = Stream.concat(TestCards.all().stream(), Stream.of(needle, person)).toList();
    var kept = new KeptTexts(state, system, sought).search();
    System.out.println("card numbers: searched " + kept.searched());
    for (Kind kind : List.of(Kind.TABLE, Kind.TOPIC, Kind.REDIS, Kind.LOG)) {
      assertThat(kept.found(kind, List.of(needle))).as("an id in a %s", kind).isNotEmpty();
    }
    for (Kind kind : List.of(Kind.TABLE, Kind.TOPIC, Kind.FILE)) {
      assertThat(kept.found(kind, List.of(person))).as("a text in a %s", kind).isNotEmpty();
    }
    var leaks = new ArrayList<String>();
    for (Kind kind : Kind.values()) {
      kept.found(kind, TestCards.ofFreeTexts())
          .forEach((place, number) -> leaks.add(kind + " " + place + " " + origin(probes, number)));
    }
    kept.found(Kind.LOG, TestCards.ofIds())
        .forEach((place, number) -> leaks.add("LOG " + place + " " + origin(probes, number)));
    assertThat(kept.found(Kind.TABLE, TestCards.ofIds())).isNotEmpty();
    if (kept.logLines().stream()
        .noneMatch(line -> line.contains(masked) && line.contains(needle))) {
      leaks.add("no log has " + masked + " where the path of a failure was");
    }
    return leaks;
  }

  private static String origin(List<CardProbe> probes, String number) {
    return probes.stream()
        .filter(probe -> number.startsWith(probe.number()))
        .map(probe -> "of " + probe.place())
        .findFirst()
        .orElse("of a request that cannot be told");
  }
}
