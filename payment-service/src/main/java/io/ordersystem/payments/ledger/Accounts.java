package io.ordersystem.payments.ledger;

import io.ordersystem.payments.payment.ledger.LedgerEntry;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads accounts; a seller only its own. */
@ApplicationScoped
class Accounts {
  /** Skips from account to account along the index, and sums up those of one page only. */
  private static final String LIST =
      """
      WITH RECURSIVE page AS (
        (SELECT account, currency, 1 AS n FROM ledger_entries
         WHERE (account, currency) > ($1, $2) AND ($3::text IS NULL OR account = $3)
         ORDER BY account, currency LIMIT 1)
        UNION ALL
        SELECT next.account, next.currency, page.n + 1
        FROM page, LATERAL (
          SELECT e.account, e.currency FROM ledger_entries e
          WHERE (e.account, e.currency) > (page.account, page.currency) AND ($3::text IS NULL OR e.account = $3)
          ORDER BY e.account, e.currency LIMIT 1) AS next
        WHERE page.n < $4
      )
      SELECT p.account, p.currency, b.debits, b.credits
      FROM page p, LATERAL (
        SELECT coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0)::bigint AS debits,
               coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0)::bigint AS credits
        FROM ledger_entries e WHERE (e.account, e.currency) = (p.account, p.currency)) AS b
      ORDER BY p.account, p.currency
      """;

  private static final String ENTRIES =
      """
      SELECT e.transaction_id, e.line, e.currency, e.amount, t.type, t.payment_id, t.reference, t.booked_at, p.order_id
      FROM ledger_entries e
      JOIN ledger_transactions t ON t.id = e.transaction_id
      LEFT JOIN payments p ON p.id = t.payment_id
      WHERE e.account = $1 AND ($2::text IS NULL OR e.currency = $2)
        AND ($3::uuid IS NULL OR (e.transaction_id, e.line) < ($3, $4::int))
      ORDER BY e.transaction_id DESC, e.line DESC LIMIT $5
      """;
  private static final String BETWEEN = " ";

  private final Reads reads;

  Accounts(Reads reads) {
    this.reads = reads;
  }

  Uni<Page<AccountView>> list(
      Caller caller, @Nullable String account, int limit, @Nullable String cursorText) {
    String wanted = caller.isTrusted() ? account : own(caller, account);
    var cursor = new Cursor("ledger/accounts/" + wanted);
    String after = cursor.read(cursorText);
    String[] last = after == null ? new String[] {"", ""} : after.split(BETWEEN, 2);
    if (last.length != 2) {
      throw new DomainException(ProblemType.INVALID_CURSOR, "the cursor is damaged");
    }
    return reads.read(database ->
        database
            .query(LIST, last[0], last[1], wanted, limit + 1)
            .map(rows ->
                Page.of(
                    rows,
                    Accounts::account,
                    limit,
                    view -> cursor.after(view.account() + BETWEEN + view.currency()))));
  }

  private static AccountView account(Row row) {
    return AccountView.of(
        row.getString("account"),
        row.getString("currency"),
        row.getLong("debits"),
        row.getLong("credits"));
  }

  Uni<Page<EntryView>> entries(
      Caller caller,
      String account,
      @Nullable String currency,
      int limit,
      @Nullable String cursorText) {
    String wanted = caller.isTrusted() ? account : own(caller, account);
    var cursor = new Cursor("ledger/entries/%s/%s".formatted(wanted, currency));
    String after = cursor.read(cursorText);
    Line last = after == null ? Line.NONE : Line.parse(after);
    return reads.read(database ->
        database
            .query(ENTRIES, wanted, currency, last.transactionId(), last.number(), limit + 1)
            .map(rows ->
                Page.of(
                    rows,
                    Accounts::entry,
                    limit,
                    view -> cursor.after(view.transactionId() + BETWEEN + view.line()))));
  }

  /** Where a page of entries begins: behind that line of that transaction. */
  private record Line(@Nullable UUID transactionId, @Nullable Integer number) {
    static final Line NONE = new Line(null, null);

    static Line parse(String text) {
      try {
        String[] parts = text.split(BETWEEN, 2);
        return new Line(UUID.fromString(parts[0]), Integer.valueOf(parts[1]));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new DomainException(ProblemType.INVALID_CURSOR, "the cursor is damaged");
      }
    }
  }

  /** A seller's own account; there are no others for a seller. */
  private static String own(Caller caller, @Nullable String account) {
    String own = LedgerEntry.seller(String.valueOf(caller.sellerId()));
    if (caller.sellerId() == null || (account != null && !account.equals(own))) {
      throw new DomainException(ProblemType.NOT_FOUND, "no such account");
    }
    return own;
  }

  private static EntryView entry(Row row) {
    long amount = row.getLong("amount");
    return new EntryView(
        row.getUUID("transaction_id"),
        row.getInteger("line"),
        row.getString("type"),
        row.getUUID("payment_id"),
        row.getUUID("order_id"),
        row.getString("reference"),
        row.getString("currency"),
        Math.max(0, amount),
        Math.max(0, -amount),
        row.getOffsetDateTime("booked_at").toInstant());
  }
}
