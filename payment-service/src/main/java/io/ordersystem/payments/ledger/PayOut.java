package io.ordersystem.payments.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.payments.payment.ledger.LedgerEntry;
import io.ordersystem.payments.payment.ledger.LedgerTable;
import io.ordersystem.payments.payment.ledger.LedgerTable.Booking;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Books what was transferred to a seller, once by its reference. The transfer itself is made
 * elsewhere. Never more than the account holds: of two payouts at once the second waits for the
 * first.
 */
@ApplicationScoped
class PayOut {
  private static final ProblemType EXCEEDS_BALANCE =
      new ProblemType(409, "amount-exceeds-balance", "The seller's account does not hold that");
  private static final ProblemType REFERENCE_TAKEN =
      new ProblemType(409, "reference-taken", "Another payout has this reference");

  private final IdempotentRequests requests;
  private final LedgerTable ledger;
  private final ObjectMapper json;

  PayOut(IdempotentRequests requests, LedgerTable ledger, ObjectMapper json) {
    this.requests = requests;
    this.ledger = ledger;
    this.json = json;
  }

  Uni<StoredAnswer> payOut(Caller caller, @Nullable String key, PayOutRequest request) {
    return requests.once(
        new IdempotentRequests.Request(caller, key, "POST /api/payments/ledger/payouts", request),
        tx -> payOut(tx, request));
  }

  private Uni<StoredAnswer> payOut(Tx tx, PayOutRequest request) {
    String account = LedgerEntry.seller(request.sellerId());
    return tx.query(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            "payout " + account + " " + request.currency())
        .chain(() ->
            tx.query(
                """
                SELECT (SELECT coalesce(-sum(amount), 0)::bigint FROM ledger_entries WHERE account = $1 AND currency = $2) AS balance,
                       EXISTS (SELECT FROM ledger_transactions WHERE type = 'PAYOUT' AND reference = $3) AS taken
                """,
                account,
                request.currency(),
                request.reference()))
        .chain(rows -> {
          var row = rows.iterator().next();
          if (row.getBoolean("taken")) {
            throw new DomainException(REFERENCE_TAKEN, request.reference() + " was booked before");
          }
          long balance = row.getLong("balance");
          if (request.amount() > balance) {
            throw new DomainException(
                EXCEEDS_BALANCE, "%s holds %d %s".formatted(account, balance, request.currency()));
          }
          return book(tx, request, account, balance);
        });
  }

  private Uni<StoredAnswer> book(Tx tx, PayOutRequest request, String account, long balance) {
    return ledger
        .book(
            tx,
            new Booking(
                "PAYOUT",
                null,
                request.reference(),
                request.currency(),
                List.of(
                    new LedgerEntry(account, request.amount()),
                    new LedgerEntry(LedgerEntry.PAYOUTS, -request.amount()))))
        .map(id -> {
          var paid =
              new PaidOut(
                  id,
                  request.sellerId(),
                  request.amount(),
                  request.currency(),
                  request.reference(),
                  balance - request.amount());
          try {
            return new StoredAnswer(201, null, null, json.writeValueAsString(paid), false);
          } catch (JsonProcessingException e) {
            throw new IllegalStateException("a payout is always writable", e);
          }
        });
  }
}
