/** The books as operators and sellers see them, and what sellers are paid out. */
@NullMarked
package io.ordersystem.payments.ledger;

import org.jspecify.annotations.NullMarked;
