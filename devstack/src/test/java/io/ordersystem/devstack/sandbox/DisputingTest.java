package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.InvalidRequestException;
import com.stripe.model.Dispute;
import com.stripe.param.DisputeListParams;
import com.stripe.param.EventListParams;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisputingTest {
  private static final String WON = "{\"outcome\": \"won\"}";
  private static final String LOST = "{\"outcome\": \"lost\"}";
  @TempDir Path data;
  private RunningSandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    sandbox = RunningSandbox.inProcess(data);
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private static InvalidRequestException refused(ThrowingCallable call) {
    return catchThrowableOfType(InvalidRequestException.class, call);
  }

  private Answer dispute(String intent, String body) {
    return Answer.of(sandbox.post("/sandbox/payment_intents/" + intent + "/dispute", body));
  }

  private Answer close(String dispute, String body) {
    return Answer.of(sandbox.post("/sandbox/disputes/" + dispute + "/close", body));
  }

  private record Answer(int status, JsonObject body) {
    static Answer of(HttpResponse<String> response) {
      return new Answer(response.statusCode(), new JsonObject(response.body()));
    }

    String id() {
      assertThat(status).as(body.encode()).isEqualTo(200);
      return body.getString("id");
    }

    String code() {
      assertThat(status).isEqualTo(400);
      return body.getJsonObject("error").getString("code");
    }
  }

  private long disputed(String intent) {
    return sandbox.ledger(intent).getLong("disputed");
  }

  @Test
  void withdrawsTheMoneyAndSaysSo() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    var id = dispute(intent, "{\"amount\": 400, \"reason\": \"product_not_received\"}").id();

    var dispute = sandbox.stripe().v1().disputes().retrieve(id);
    assertThat(dispute.getId()).startsWith("dp_");
    assertThat(dispute.getObject()).isEqualTo("dispute");
    assertThat(dispute.getAmount()).isEqualTo(400);
    assertThat(dispute.getCurrency()).isEqualTo("eur");
    assertThat(dispute.getPaymentIntent()).isEqualTo(intent);
    assertThat(dispute.getCharge()).isEqualTo(sandbox.intents().retrieve(intent).getLatestCharge());
    assertThat(dispute.getReason()).isEqualTo("product_not_received");
    assertThat(dispute.getStatus()).isEqualTo("needs_response");
    assertThat(dispute.getIsChargeRefundable()).isFalse();
    assertThat(dispute.getMetadata()).isEmpty();
    assertThat(disputed(intent)).isEqualTo(400);
    assertThat(sandbox.eventTypes())
        .endsWith("charge.dispute.created", "charge.dispute.funds_withdrawn");
    var latest = sandbox.stripe().v1().events().list(EventListParams.builder().build()).getData();
    assertThat(latest.getFirst().getDataObjectDeserializer().getObject())
        .containsInstanceOf(Dispute.class)
        .contains(dispute);
  }

  @Test
  void takesEverythingAsFraudUnlessToldOtherwise() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    assertThat(sandbox.refund(intent, 300L).getAmount()).isEqualTo(300);
    var body = dispute(intent, "").body();

    assertThat(body.getLong("amount")).isEqualTo(700);
    assertThat(body.getString("reason")).isEqualTo("fraudulent");
    assertThat(dispute(intent, "").status()).isEqualTo(400);
  }

  @Test
  void keepsDisputedMoneyFromBeingRefunded() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    assertThat(dispute(intent, "{\"amount\": 400}").id()).isNotEmpty();

    assertThat(refused(() -> sandbox.refund(intent, 601L)).getCode()).isEqualTo("charge_disputed");
    assertThat(refused(() -> sandbox.refund(intent, 1_001L)).getCode())
        .isEqualTo("amount_too_large");
    assertThat(sandbox.refund(intent, null).getAmount()).isEqualTo(600);
    assertThat(refused(() -> sandbox.refund(intent, null)).getCode()).isEqualTo("charge_disputed");
  }

  @Test
  void reinstatesTheMoneyWhenItIsWon() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    var dispute = dispute(intent, "").id();
    var closed = close(dispute, WON);

    assertThat(closed.id()).isEqualTo(dispute);
    assertThat(closed.body().getString("status")).isEqualTo("won");
    assertThat(disputed(intent)).isZero();
    assertThat(sandbox.eventTypes())
        .endsWith("charge.dispute.closed", "charge.dispute.funds_reinstated");
    assertThat(sandbox.refund(intent, 1_000L).getStatus()).isEqualTo("succeeded");
  }

  @Test
  void keepsTheMoneyAwayWhenItIsLost() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    var dispute = dispute(intent, "").id();

    assertThat(close(dispute, LOST).body().getString("status")).isEqualTo("lost");
    assertThat(disputed(intent)).isEqualTo(1_000);
    assertThat(sandbox.eventTypes()).endsWith("charge.dispute.closed");
    assertThat(refused(() -> sandbox.refund(intent, 1L)).getCode()).isEqualTo("charge_disputed");
    assertThat(close(dispute, WON).code()).isNull();
    assertThat(disputed(intent)).isEqualTo(1_000);
  }

  @Test
  void isStillOpenAfterARestart() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    var dispute = dispute(intent, "{\"amount\": 400}").id();
    sandbox.close();
    start();

    assertThat(disputed(intent)).isEqualTo(400);
    assertThat(close(dispute, WON).id()).isEqualTo(dispute);
    assertThat(disputed(intent)).isZero();
    assertThat(sandbox.health().getInteger("disputes")).isEqualTo(1);
  }

  @Test
  void refusesMoneyThatWasNotTakenOrIsNoLongerThere() throws Exception {
    var held = sandbox.held().getId();
    var refunded = sandbox.paid("pm_card_visa");
    assertThat(sandbox.refund(refunded, null).getAmount()).isEqualTo(1_000);

    assertThat(dispute(held, "").code()).isNull();
    assertThat(dispute(refunded, "").code()).isNull();
    assertThat(dispute(sandbox.paid("pm_card_visa"), "{\"amount\": 1001}").code())
        .isEqualTo("amount_too_large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"amount\": 0}",
        "{\"amount\": -1}",
        "{\"amount\": 1.5}",
        "{\"amount\": \"1\"}",
        "{\"amount\": null}",
        "{\"amount\": 99999999999}",
        "{\"reason\": \"because\"}",
        "{\"reason\": 7}",
        "{\"outcome\": \"won\"}",
        "{",
        "[]"
      })
  void refusesWhatItCannotRead(String body) throws Exception {
    var intent = sandbox.paid("pm_card_visa");

    assertThat(dispute(intent, body).status()).isEqualTo(400);
    assertThat(disputed(intent)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"outcome\": null}",
        "{\"outcome\": \"approved\"}",
        "{\"outcome\": \"won\", \"amount\": 1}"
      })
  void closesOnlyAsWonOrLost(String body) throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    var dispute = dispute(intent, "").id();

    assertThat(close(dispute, body).status()).isEqualTo(400);
    assertThat(disputed(intent)).isEqualTo(1_000);
  }

  @Test
  void knowsNoOthers() throws Exception {
    assertThat(dispute("pi_unknown", "").status()).isEqualTo(404);
    assertThat(close("dp_unknown", WON).status()).isEqualTo(404);
    assertThat(refused(() -> sandbox.stripe().v1().disputes().retrieve("dp_unknown")).getCode())
        .isEqualTo("resource_missing");
  }

  @Test
  void listsThoseOfOneIntent() throws Exception {
    var intent = sandbox.paid("pm_card_visa");
    var first = dispute(intent, "{\"amount\": 100}").id();
    var second = dispute(intent, "{\"amount\": 100}").id();
    assertThat(dispute(sandbox.paid("pm_card_visa"), "").id()).isNotEmpty();

    assertThat(
            sandbox
                .stripe()
                .v1()
                .disputes()
                .list(DisputeListParams.builder().setPaymentIntent(intent).build())
                .getData())
        .extracting(Dispute::getId)
        .containsExactly(second, first);
  }
}
