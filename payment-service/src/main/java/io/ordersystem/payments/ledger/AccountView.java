package io.ordersystem.payments.ledger;

/**
 * An account in one currency. Amounts in minor units.
 *
 * @param account {@code provider:NAME}, {@code customer:ID}, {@code seller:ID}, {@code fees},
 *     {@code refunds} (on their way) or {@code payouts}
 * @param balance on the side where accounts of its kind grow: of the provider what was debited less
 *     what was credited, of all others the reverse. A seller's is what the marketplace owes; below
 *     0 the seller owes, such as after a refund of what was paid out
 */
public record AccountView(
    String account, String currency, long debitAmount, long creditAmount, long balance) {
  static AccountView of(String account, String currency, long debits, long credits) {
    boolean debit = account.startsWith("provider:");
    return new AccountView(
        account, currency, debits, credits, debit ? debits - credits : credits - debits);
  }
}
