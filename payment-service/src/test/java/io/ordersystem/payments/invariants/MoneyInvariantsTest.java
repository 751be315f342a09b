package io.ordersystem.payments.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.payments.TestPayment;
import io.ordersystem.platform.invariants.WatchInvariants;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each fault is seen in the gauge, and its end, too. Other tests of this module leave theirs. */
@QuarkusTest
class MoneyInvariantsTest {
  @Inject WatchInvariants watch;
  @Inject MeterRegistry metrics;
  @Inject Vertx vertx;

  /** Triggers refuse these faults to everybody else. */
  private final TestDatabase database = TestDatabase.superuserIn("payments");

  @Test
  void sharesThatDoNotMakeUpTheirPayment() {
    var payment = TestPayment.authorised();
    double before = look("I6");
    assertThat(before).as("must not have come to the limit").isLessThan(100);
    assertThat(add(1, payment)).isEqualTo(1);
    assertThat(look("I6")).isEqualTo(before + 1);
    assertThat(add(-1, payment)).isEqualTo(1);
    assertThat(look("I6")).isEqualTo(before);
  }

  @Test
  void aBookingThatDoesNotBalance() {
    double before = look("I8");
    assertThat(before).as("must not have come to the limit").isLessThan(100);
    UUID booking = TestEvents.newId();
    unguarded(
        """
        INSERT INTO payments.ledger_transactions (id, type, reference, booked_at) VALUES ('%s', 'CAPTURE', 'planted', now());
        INSERT INTO payments.ledger_entries VALUES ('%s', 1, 'fees', 'EUR', 1);
        """
            .formatted(booking, booking));
    assertThat(look("I8")).isEqualTo(before + 1);
    unguarded(
        """
        DELETE FROM payments.ledger_entries WHERE transaction_id = '%s';
        DELETE FROM payments.ledger_transactions WHERE id = '%s';
        """
            .formatted(booking, booking));
    assertThat(look("I8")).isEqualTo(before);
  }

  private int add(int cents, TestPayment payment) {
    return database.execute(
        "UPDATE payment_shares SET amount = amount + ? WHERE payment_id = ? AND order_id = ?",
        cents,
        payment.id,
        payment.first);
  }

  private void unguarded(String statements) {
    database.execute("SET session_replication_role = replica; " + statements);
  }

  private double look(String invariant) {
    OwnContext.of(vertx, watch::look).await().atMost(TestPayment.SOON);
    return metrics.get("invariant.violations").tag("invariant", invariant).gauge().value();
  }
}
