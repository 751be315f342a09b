package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.model.Charge;
import com.stripe.model.Refund;
import com.stripe.param.EventListParams;
import com.stripe.param.RefundCreateParams;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefundLifeCycleTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-22T10:00:00Z"));
  @TempDir Path data;
  private RunningSandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    sandbox = RunningSandbox.inProcess(data, HOUR, clock);
  }

  /** Refunds fall due while the sandbox is down, so that nothing of this depends on haste. */
  private void startAgainAfter(Duration time) throws Exception {
    sandbox.close();
    clock.pass(time);
    start();
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private Refund awaitStatus(String id, String status) {
    var refunds = sandbox.stripe().v1().refunds();
    return await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> refunds.retrieve(id), refund -> refund.getStatus().equals(status));
  }

  private JsonObject onlyRefund(String intent) {
    var refunds = sandbox.ledger(intent).getJsonArray("refunds");
    assertThat(refunds).hasSize(1);
    return refunds.getJsonObject(0);
  }

  /** What was announced about refunds, oldest first, each with what its object said. */
  private List<String> announced() throws Exception {
    var params = EventListParams.builder().setLimit(100L).build();
    return sandbox.stripe().v1().events().list(params).getData().reversed().stream()
        .flatMap(event ->
            switch (event.getDataObjectDeserializer().getObject().orElseThrow()) {
              case Refund refund -> Stream.of(event.getType() + " " + refund.getStatus());
              case Charge charge -> Stream.of(event.getType() + " " + charge.getAmountRefunded());
              default -> Stream.<String>empty();
            })
        .toList();
  }

  @Test
  void succeedsAtOnceWithMostCards() throws Exception {
    var id = sandbox.paid("pm_card_visa");
    var refund =
        sandbox
            .stripe()
            .v1()
            .refunds()
            .create(
                RefundCreateParams.builder()
                    .setPaymentIntent(id)
                    .setAmount(400L)
                    .putMetadata("refund_id", "r-1")
                    .build());

    assertThat(refund.getStatus()).isEqualTo("succeeded");
    assertThat(refund.getFailureReason()).isNull();
    assertThat(announced()).containsExactly("refund.created succeeded", "charge.refunded 400");
    assertThat(onlyRefund(id))
        .isEqualTo(
            new JsonObject()
                .put("id", refund.getId())
                .put("amount", 400)
                .put("status", "succeeded")
                .put("metadata", new JsonObject().put("refund_id", "r-1")));
  }

  @Test
  void succeedsLater() throws Exception {
    var id = sandbox.paid("pm_card_pendingRefund");
    var refund = sandbox.refund(id, 400L);

    assertThat(refund.getStatus()).isEqualTo("pending");
    assertThat(onlyRefund(id).getString("status")).isEqualTo("pending");
    startAgainAfter(HOUR);
    assertThat(awaitStatus(refund.getId(), "succeeded").getFailureReason()).isNull();
    assertThat(sandbox.ledger(id).getLong("refunded")).isEqualTo(400);
    assertThat(announced())
        .containsExactly(
            "refund.created pending", "refund.updated succeeded", "charge.refunded 400");
  }

  @Test
  void failsAfterItHadSucceededAndCanBeAskedForAgain() throws Exception {
    var id = sandbox.paid("pm_card_refundFail");
    var refund = sandbox.refund(id, 1_000L);

    assertThat(refund.getStatus()).isEqualTo("succeeded");
    assertThat(sandbox.ledger(id).getLong("refunded")).isEqualTo(1_000);
    startAgainAfter(HOUR);
    assertThat(awaitStatus(refund.getId(), "failed").getFailureReason())
        .isEqualTo("expired_or_canceled_card");
    assertThat(sandbox.ledger(id).getLong("refunded")).isZero();
    assertThat(onlyRefund(id).getString("status")).isEqualTo("failed");
    assertThat(announced())
        .containsExactly(
            "refund.created succeeded",
            "charge.refunded 1000",
            "refund.updated failed",
            "refund.failed failed");
    assertThat(sandbox.refund(id, 1_000L).getId()).isNotEqualTo(refund.getId());
  }

  @Test
  void failsWithoutEverHavingSucceeded() throws Exception {
    var id = sandbox.paid("pm_card_pendingRefundFail");
    var refund = sandbox.refund(id, 400L);

    assertThat(refund.getStatus()).isEqualTo("pending");
    assertThat(sandbox.ledger(id).getLong("refunded")).isEqualTo(400);
    startAgainAfter(HOUR);
    assertThat(awaitStatus(refund.getId(), "failed").getPaymentIntent()).isEqualTo(id);
    assertThat(sandbox.ledger(id).getLong("refunded")).isZero();
    assertThat(announced())
        .containsExactly("refund.created pending", "refund.updated failed", "refund.failed failed");
  }

  @Test
  void repeatsItsFirstAnswerAfterItsEnd() throws Exception {
    var id = sandbox.paid("pm_card_pendingRefund");
    var params = RefundCreateParams.builder().setPaymentIntent(id).build();
    var first = sandbox.stripe().v1().refunds().create(params, key("r1"));

    startAgainAfter(HOUR);
    assertThat(awaitStatus(first.getId(), "succeeded").getAmount()).isEqualTo(1_000);
    assertThat(sandbox.stripe().v1().refunds().create(params, key("r1"))).isEqualTo(first);
  }

  @Test
  void endsOnceAndNotBeforeItIsDue() throws Exception {
    var id = sandbox.paid("pm_card_pendingRefundFail");
    var refund = sandbox.refund(id, 400L).getId();

    startAgainAfter(Duration.ofMinutes(59));
    assertThat(sandbox.stripe().v1().refunds().retrieve(refund).getStatus()).isEqualTo("pending");
    startAgainAfter(Duration.ofMinutes(1));
    assertThat(awaitStatus(refund, "failed").getAmount()).isEqualTo(400);
    startAgainAfter(HOUR);
    assertThat(sandbox.stripe().v1().refunds().retrieve(refund).getStatus()).isEqualTo("failed");
    assertThat(sandbox.ledger(id).getLong("refunded")).isZero();
    assertThat(announced())
        .containsExactly("refund.created pending", "refund.updated failed", "refund.failed failed");
  }
}
