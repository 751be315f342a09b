package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.capture;
import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiringTest {
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

  private int expire(String id, String body) {
    return sandbox.post("/sandbox/payment_intents/" + id + "/expire", body).statusCode();
  }

  @Test
  void cancelsAHoldOfWhichNothingWasTaken() throws Exception {
    var id = sandbox.held().getId();

    assertThat(expire(id, "")).isEqualTo(200);
    var intent = sandbox.intents().retrieve(id);
    assertThat(intent.getStatus()).isEqualTo("canceled");
    assertThat(intent.getCancellationReason()).isEqualTo("expired");
    assertThat(intent.getAmountCapturable()).isZero();
    assertThat(sandbox.ledger(id).getLong("released")).isEqualTo(1_000);
    assertThat(sandbox.eventTypes()).endsWith("payment_intent.canceled");
  }

  @Test
  void endsAHoldOfWhichAPartWasTaken() throws Exception {
    var id = sandbox.held().getId();
    assertThat(sandbox.intents().capture(id, capture(300, false)).getStatus())
        .isEqualTo("requires_capture");

    assertThat(expire(id, "{}")).isEqualTo(200);
    var intent = sandbox.intents().retrieve(id);
    assertThat(intent.getStatus()).isEqualTo("succeeded");
    assertThat(intent.getAmountReceived()).isEqualTo(300);
    assertThat(sandbox.ledger(id).getLong("released")).isEqualTo(700);
    assertThat(sandbox.eventTypes()).endsWith("payment_intent.succeeded");
    assertThat(expire(id, "")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pm_card_authenticationRequired", "pm_card_processing"})
  void refusesWhatIsNotHeld(String card) throws Exception {
    var id = sandbox.intents().create(order(card).build()).getId();

    assertThat(expire(id, "")).isEqualTo(400);
    assertThat(sandbox.intents().cancel(id).getStatus()).isEqualTo("canceled");
    assertThat(expire(id, "")).isEqualTo(400);
    assertThat(expire("pi_unknown", "")).isEqualTo(404);
  }

  @Test
  void refusesFieldsThatNobodyReads() throws Exception {
    var id = sandbox.held().getId();

    assertThat(expire(id, "{\"reason\": \"late\"}")).isEqualTo(400);
    assertThat(sandbox.intents().retrieve(id).getStatus()).isEqualTo("requires_capture");
  }
}
