package io.ordersystem.devstack.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderSystemClientTest {
  private static final CallLimits THREE_QUICK_ATTEMPTS =
      new CallLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          3,
          Duration.ofMillis(1),
          Duration.ofMillis(2));
  private static final OrderRequest ORDER =
      new OrderRequest(
          "customer-1",
          List.of(new OrderRequest.Line("variant-1", "seller-1", 2, null, null)),
          null,
          null,
          null,
          null,
          null);
  private static final String PENDING = "{\"id\":\"order-1\",\"status\":\"PENDING\"}";
  private static final String CONFIRMED =
      "{\"id\":\"order-1\",\"status\":\"CONFIRMED\",\"isSplit\":true,\"fieldOfTomorrow\":1}";

  private Answers answers;
  private OrderSystemClient client;

  @BeforeEach
  void open() throws IOException {
    answers = new Answers();
    client =
        new OrderSystemClient(
            answers.address(), (role, subject, seller) -> role, THREE_QUICK_ATTEMPTS);
  }

  @AfterEach
  void close() {
    client.close();
    answers.close();
  }

  @Test
  void sendsTheSameIntentAgainWhenAskedToComeBackLater() {
    answers
        .then(503, Map.of("Retry-After", "0"), "")
        .then(429, Map.of(), "")
        .then(201, Map.of("Consistency-Token", "t1"), PENDING);

    var placement = client.service("shop").place(ORDER, "intent-1", Duration.ZERO);

    assertThat(placement)
        .isInstanceOfSatisfying(
            Placement.Placed.class,
            placed -> {
              assertThat(placed.order().id()).isEqualTo("order-1");
              assertThat(placed.consistencyToken()).isEqualTo("t1");
            });
    assertThat(answers.asked)
        .hasSize(3)
        .allSatisfy(asked -> {
          assertThat(asked.header("Idempotency-key")).isEqualTo("intent-1");
          assertThat(asked.header("Authorization")).isEqualTo("Bearer service");
          assertThat(asked.body())
              .isEqualTo(
                  "{\"customerId\":\"customer-1\",\"items\":[{\"variantId\":\"variant-1\","
                      + "\"sellerId\":\"seller-1\",\"quantity\":2}]}");
        });
  }

  @Test
  void givesUpAfterTheAllowedAttempts() {
    for (int attempt = 0; attempt < 3; attempt++) {
      answers.then(503, Map.of(), "{\"code\":\"database-away\",\"detail\":\"no primary\"}");
    }

    assertThatThrownBy(() -> client.service("shop").order("order-1", Duration.ZERO, null))
        .isInstanceOf(CallFailed.class)
        .hasMessageContaining("503 database-away no primary");
    assertThat(answers.asked).hasSize(3);
  }

  @Test
  void triesAgainWhenTheConnectionBreaksAndThenSaysSo() {
    assertThatThrownBy(() -> client.service("shop").place(ORDER, "intent-2", Duration.ZERO))
        .isInstanceOf(CallFailed.class)
        .hasMessageContaining("no answer in 3 attempts");
    assertThat(answers.asked)
        .extracting(asked -> asked.header("Idempotency-key"))
        .containsOnly("intent-2");
  }

  @Test
  void doesNotRepeatARefusal() {
    answers.then(409, Map.of(), "{\"code\":\"insufficient-stock\"}");

    var placement = client.service("shop").place(ORDER, "intent-3", Duration.ZERO);

    assertThat(placement)
        .isInstanceOfSatisfying(
            Placement.Refused.class,
            refused -> assertThat(refused.problem().code()).isEqualTo("insufficient-stock"));
    assertThat(answers.asked).hasSize(1);
  }

  @Test
  void waitsForAnIntentThatIsStillRunning() {
    answers
        .then(409, Map.of("Retry-After", "0"), "{\"code\":\"idempotency-key-in-use\"}")
        .then(201, Map.of(), PENDING);

    assertThat(client.service("shop").place(ORDER, "intent-4", Duration.ofSeconds(10)))
        .isInstanceOf(Placement.Placed.class);
    assertThat(answers.asked.getFirst().header("Prefer")).isEqualTo("wait=10");
  }

  @Test
  void asksUntilTheOrderIsDecided() {
    answers.then(200, Map.of(), PENDING).then(200, Map.of(), CONFIRMED);
    var caller = client.service("shop");
    var pending = view("PENDING", "NONE");

    var decided =
        new Decision(caller, System::nanoTime).await(pending, "t1", Duration.ofMinutes(1));

    assertThat(decided.status()).isEqualTo("CONFIRMED");
    assertThat(decided.isSplit()).isTrue();
    assertThat(answers.asked).hasSize(2);
    assertThat(answers.asked.getFirst().header("Consistency-token")).isEqualTo("t1");
    assertThat(answers.asked.getFirst().header("Prefer")).isEqualTo("wait=10");
  }

  @Test
  void stopsAskingAtTheDeadlineAndWhenTheCustomerIsNeeded() {
    answers.then(200, Map.of(), PENDING);
    var caller = client.service("shop");

    assertThat(
            new Decision(caller, System::nanoTime)
                .await(view("PENDING", "NONE"), null, Duration.ofNanos(1))
                .status())
        .isEqualTo("PENDING");
    assertThat(
            new Decision(caller, System::nanoTime)
                .await(view("PENDING", "REQUIRES_ACTION"), null, Duration.ofMinutes(1))
                .needsCustomer())
        .isTrue();
    assertThat(answers.asked).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void fetchesTheLinesThatAParentLeavesOut() {
    answers.then(
        200,
        Map.of(),
        "{\"id\":\"child-1\",\"items\":[{\"variantId\":\"v\",\"quantity\":1,\"totalPrice\":5}]}");
    var parent =
        view("CONFIRMED", "AUTHORIZED").withChildren(List.of(view("CONFIRMED", "AUTHORIZED")));

    assertThat(client.service("shop").withLines(parent).allItems())
        .extracting(OrderView.Item::totalPrice)
        .containsExactly(5L);
  }

  @Test
  void findsNoOfferWhereThereIsNone() {
    answers
        .then(404, Map.of(), "{\"code\":\"not-found\"}")
        .then(200, Map.of(), "{\"variantId\":\"v\",\"sellerId\":\"s\",\"available\":7}");
    var operator = client.operator("loader");

    assertThat(operator.findOffer("v", "s")).isEmpty();
    assertThat(operator.findOffer("v", "s"))
        .hasValueSatisfying(offer -> assertThat(offer.available()).isEqualTo(7));
    assertThat(answers.asked.getFirst().path()).isEqualTo("/api/inventory/v/sellers/s");
  }

  private static OrderView view(String status, String paymentStatus) {
    return new OrderView(
        "order-1",
        "N-1",
        status,
        paymentStatus,
        null,
        "c",
        "USD",
        0,
        0,
        0,
        0,
        0,
        false,
        "s",
        List.of(),
        List.of());
  }
}
