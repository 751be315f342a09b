/** Whether our payments, the provider's books and the ledger say the same. */
@NullMarked
package io.ordersystem.payments.reconciliation;

import org.jspecify.annotations.NullMarked;
