package io.ordersystem.payments.payment.ledger;

import io.ordersystem.payments.payment.Account;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Share;
import io.ordersystem.payments.payment.ShareAmounts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries that take the books from one state of a payment's money to the next. They are a
 * difference, so whatever way a payment took, its bookings add up to what it is.
 *
 * <ul>
 *   <li>Money that is taken: debit provider, credit customer. When a parcel uses it: debit
 *       customer, credit the seller and, by the commission, fees.
 *   <li>A refund: when it is asked for debit seller and fees, credit refunds; when it has succeeded
 *       debit refunds, credit provider.
 *   <li>What was taken ahead and goes back: the same with debit customer.
 *   <li>A dispute: debit seller, credit provider; the commission stays. Of what was taken ahead:
 *       debit customer.
 * </ul>
 */
public final class Posting {
  private static final long BASIS_POINTS = 10_000;

  private final List<LedgerEntry> entries = new ArrayList<>();

  private Posting() {}

  /** The entries, which sum up to 0; none when no money has moved. */
  public static List<LedgerEntry> between(
      Account before, Account after, Payment.Terms terms, String provider) {
    var posting = new Posting();
    long taken = after.taken() - before.taken();
    long sold = after.captured() - before.captured();
    long sentBack = backTo(after) - backTo(before);
    long onItsWay = after.refunding() + after.returning() - before.refunding() - before.returning();
    posting.add(
        LedgerEntry.provider(provider),
        taken - (after.givenBack() - before.givenBack()) - (after.disputed() - before.disputed()));
    String customer = LedgerEntry.customer(terms.customerId());
    posting.add(customer, -taken);
    posting.add(customer, sold + sentBack + after.disputedAhead() - before.disputedAhead());
    posting.add(LedgerEntry.REFUNDS, -onItsWay);
    long fees = 0;
    for (Share share : terms.shares()) {
      ShareAmounts then = before.shares().get(share.orderId());
      ShareAmounts now = after.shares().get(share.orderId());
      long fee = fee(now, terms.commission()) - fee(then, terms.commission());
      fees += fee;
      posting.add(
          LedgerEntry.seller(share.sellerId()),
          fee - (kept(now) - kept(then)) + disputed(now) - disputed(then));
    }
    posting.add(LedgerEntry.FEES, -fees);
    return List.copyOf(posting.entries);
  }

  /** What was taken ahead and is given back, or on its way. */
  private static long backTo(Account account) {
    return account.returning() + account.returned();
  }

  private static long kept(@Nullable ShareAmounts share) {
    return share == null ? 0 : share.refundable();
  }

  private static long disputed(@Nullable ShareAmounts share) {
    return share == null ? 0 : share.disputed();
  }

  /**
   * Of all that a share has brought so far, half up: so that the fees of several parcels are the
   * fee of the whole, and nothing remains of one that is given back entirely.
   */
  private static long fee(@Nullable ShareAmounts share, int commission) {
    long kept = kept(share);
    return Math.addExact(Math.multiplyExact(kept, (long) commission), BASIS_POINTS / 2)
        / BASIS_POINTS;
  }

  private void add(String account, long amount) {
    if (amount != 0) {
      entries.add(new LedgerEntry(account, amount));
    }
  }
}
