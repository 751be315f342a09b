/** Double entry: what a change of a payment's money does to the accounts of those whose it is. */
@NullMarked
package io.ordersystem.payments.payment.ledger;

import org.jspecify.annotations.NullMarked;
