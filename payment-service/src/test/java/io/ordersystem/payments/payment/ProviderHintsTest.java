package io.ordersystem.payments.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.payments.TestPayment;
import io.ordersystem.payments.payment.ProviderHints.About;
import io.ordersystem.payments.payment.ProviderHints.Hint;
import io.ordersystem.payments.payment.ProviderHints.Taken;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Notifications that arrive together. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class ProviderHintsTest {
  @Inject ProviderHints hints;
  @Inject Vertx vertx;

  private final String run = UUID.randomUUID().toString();
  private final List<CompletableFuture<Taken>> answers = new ArrayList<>();

  @Test
  void eachIsTakenForItselfThoughSomeShareATransaction() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    String reference = payment.reference();
    String dispute = TestSandbox.dispute(reference, 300);
    // One that nothing gathers with, so that the others wait for the pace together.
    take(hint("0", "pi_unknown_" + run, null, new About.Whole(null)), "0");
    // One payment under two names: the second has to see what the first has changed.
    take(hint("1", reference, null, new About.Dispute(dispute, 300)), "1");
    take(hint("2", null, payment.id, new About.Dispute(dispute, 300)), "2");
    take(hint("3", null, null, new About.Whole(null)), "3");
    take(hint("1", reference, null, new About.Dispute(dispute, 300)), "4");
    take(hint("3", null, null, new About.Whole(null)), "3");
    assertThat(answers.stream().map(CompletableFuture::join))
        .containsExactly(Taken.NEW, Taken.NEW, Taken.NEW, Taken.NEW, Taken.KNOWN, Taken.REPLAYED);
    assertThat(
            TestPayment.database()
                .rows("SELECT DISTINCT xmin::text FROM provider_events WHERE id LIKE ?", run + "%"))
        .as("transactions of the four that were new")
        .hasSizeLessThan(4);
    payment.awaitColumn("disputed_amount", 300L);
    assertThat(
            TestPayment.database()
                .number(
                    "SELECT hints FROM payment_operations WHERE payment_id = ? AND kind = 'DISPUTE'",
                    payment.id))
        .as("notifications of the dispute after the first")
        .isEqualTo(1);
  }

  private Hint hint(String id, @Nullable String reference, @Nullable UUID paymentId, About about) {
    return new Hint(run + id, "test", Instant.now(), reference, paymentId, about);
  }

  private void take(Hint hint, String delivery) {
    Uni<Taken> taken = OwnContext.of(vertx, () -> hints.take(hint, run + delivery));
    answers.add(taken.subscribeAsCompletionStage());
  }
}
