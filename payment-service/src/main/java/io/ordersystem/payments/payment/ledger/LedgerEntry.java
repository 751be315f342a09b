package io.ordersystem.payments.payment.ledger;

/**
 * One side of a booking.
 *
 * @param amount minor units; a debit when positive, a credit when negative; never 0
 */
public record LedgerEntry(String account, long amount) {
  /** What sellers are paid out of leaves by this account. */
  public static final String PAYOUTS = "payouts";

  /** What the marketplace keeps. */
  static final String FEES = "fees";

  /** Money on its way back to customers. */
  static final String REFUNDS = "refunds";

  /** What a payment provider has taken for us. */
  public static String provider(String name) {
    return "provider:" + name;
  }

  /** What a customer has paid and not yet been sent. */
  static String customer(String id) {
    return "customer:" + id;
  }

  /** What a seller has sold; the marketplace owes it. */
  public static String seller(String id) {
    return "seller:" + id;
  }
}
