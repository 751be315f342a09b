package io.ordersystem.payments.invariants;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.invariants.OwnInvariants;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Of payments that changed lately: their shares make them up; of the newest bookings: they balance.
 */
@Singleton
class MoneyInvariants implements OwnInvariants {
  private static final String SHARES =
      """
      SELECT p.id::text AS id,
             format('amount %%s, shares %%s, captured %%s, shares %%s, refunded %%s, shares %%s', p.amount, s.amount, p.captured_amount,
                    s.captured, p.refunded_amount, s.refunded) AS detail
      FROM (
        SELECT DISTINCT subject::uuid AS id
        FROM (SELECT subject, topic FROM outbox ORDER BY position DESC LIMIT 2000) AS event WHERE topic = '%s'
      ) AS recent
      JOIN payments p USING (id)
      CROSS JOIN LATERAL (
        SELECT sum(amount) AS amount, sum(claimed_amount) AS claimed, sum(captured_amount) AS captured,
               sum(released_amount) AS released, sum(refunding_amount) AS refunding, sum(refunded_amount) AS refunded
        FROM payment_shares WHERE payment_id = p.id
      ) AS s
      WHERE (p.amount, p.claimed_amount, p.captured_amount, p.released_amount, p.refunding_amount, p.refunded_amount)
              IS DISTINCT FROM (s.amount, s.claimed, s.captured, s.released, s.refunding, s.refunded)
      """
          .formatted(Topic.PAYMENT_EVENTS.topicName());

  private static final String LEDGER =
      """
      SELECT t.id::text AS id, format('%s of payment %s sums up to %s %s', t.type, t.payment_id, sum(e.amount), e.currency) AS detail
      FROM (SELECT id, type, payment_id FROM ledger_transactions ORDER BY id DESC LIMIT 1000) AS t
      JOIN ledger_entries e ON e.transaction_id = t.id
      GROUP BY t.id, t.type, t.payment_id, e.currency
      HAVING sum(e.amount) <> 0
      """;

  @Override
  public List<Invariant> list() {
    return List.of(new Invariant("I6", SHARES), new Invariant("I8", LEDGER));
  }
}
