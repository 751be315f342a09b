package io.ordersystem.devstack.sandbox;

import io.vertx.core.Vertx;
import java.time.Clock;

/**
 * Ends each refund when it is due. The due time is part of the refund, so after a restart the
 * timers are set again, and what fell due in the meantime ends at once. Used from one thread only.
 */
final class RefundTimers {
  private final Vertx vertx;
  private final Clock clock;
  private final Books books;
  private final RefundLedger refunds;
  private final Recorder recorder;

  RefundTimers(Vertx vertx, Clock clock, Books books, RefundLedger refunds, Recorder recorder) {
    this.vertx = vertx;
    this.clock = clock;
    this.books = books;
    this.refunds = refunds;
    this.recorder = recorder;
  }

  void expect(Refund refund) {
    var due = refund.endsAt();
    if (due != null) {
      vertx.setTimer(Math.max(1, due - clock.millis()), _ -> end(refund));
    }
  }

  private void end(Refund refund) {
    var intent = books.intent(refund.intent(), 404);
    recorder.record(refunds.end(refund, intent), null, null);
  }
}
