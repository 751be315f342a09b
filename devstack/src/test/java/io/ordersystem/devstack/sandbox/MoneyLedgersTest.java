package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The three ledgers together: what one does to the money, the others have to reckon with. */
class MoneyLedgersTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
  private final Ids ids = new Ids(new Random(1));
  private final IntentLedger ledger = new IntentLedger(ids, CLOCK);
  private final RefundLedger refunds = new RefundLedger(ids, CLOCK, Duration.ofSeconds(3));
  private final DisputeLedger disputes = new DisputeLedger(ids, CLOCK);

  private Intent held(String card) {
    var wanted =
        new NewIntent(1_000, "eur", CaptureMethod.MANUAL, true, Map.of(), null, null, card, null);
    return ledger
        .confirm(ledger.create(wanted), new Confirmation(null, null, false, false))
        .intent();
  }

  @Test
  void keepsTheSumsInAnyRandomSequence() {
    var random = new Random(42);
    for (int run = 0; run < 300; run++) {
      var cards = List.of("pm_card_visa", "pm_card_refundFail", "pm_card_pendingRefundFail");
      new Sequence(random).run(held(cards.get(run % 3)));
    }
  }

  /** One intent's life, with what is still open of its refunds and disputes. */
  private final class Sequence {
    private final Random random;
    private final List<Refund> dueRefunds = new ArrayList<>();
    private final List<Dispute> openDisputes = new ArrayList<>();
    private long refunded;
    private long disputed;

    Sequence(Random random) {
      this.random = random;
    }

    void run(Intent from) {
      var intent = from;
      for (int i = 0; i < 30; i++) {
        var step = next(intent);
        assertThat(step.refusal() == null || step.intent().equals(intent)).isTrue();
        count(step);
        intent = step.intent();
        var funds = intent.funds();
        assertThat(funds.captured() + funds.capturable() + funds.released()).isEqualTo(1_000);
        assertThat(funds.refunded()).isEqualTo(refunded);
        assertThat(funds.disputed()).isEqualTo(disputed);
      }
    }

    private Step next(Intent intent) {
      long amount = 1L + random.nextInt(400);
      return switch (random.nextInt(9)) {
        case 0 -> ledger.cancel(intent, null);
        case 1 -> ledger.expire(intent);
        case 2, 3 -> refunds.refund(intent, amount, null, Map.of());
        case 4 -> disputes.open(intent, amount, "fraudulent");
        case 5 ->
            dueRefunds.isEmpty() ? Step.to(intent) : refunds.end(dueRefunds.removeFirst(), intent);
        case 6 ->
            openDisputes.isEmpty()
                ? Step.to(intent)
                : disputes.close(openDisputes.removeFirst(), intent, random.nextBoolean());
        default -> ledger.capture(intent, amount, random.nextInt(6) == 0);
      };
    }

    private void count(Step step) {
      var refund = step.refund();
      if (refund != null && refund.endsAt() != null) {
        dueRefunds.add(refund);
      }
      var dispute = step.dispute();
      if (dispute != null && dispute.status() == DisputeStatus.NEEDS_RESPONSE) {
        openDisputes.add(dispute);
      }
      for (var type : step.events()) {
        switch (type) {
          case REFUND_CREATED -> refunded += Objects.requireNonNull(refund).amount();
          case REFUND_FAILED -> refunded -= Objects.requireNonNull(refund).amount();
          case DISPUTE_FUNDS_WITHDRAWN -> disputed += Objects.requireNonNull(dispute).amount();
          case DISPUTE_FUNDS_REINSTATED -> disputed -= Objects.requireNonNull(dispute).amount();
          default -> {}
        }
      }
    }
  }
}
