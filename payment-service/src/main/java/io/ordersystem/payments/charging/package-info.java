/** Calling the provider, outside every transaction, until the outcome is known. */
@NullMarked
package io.ordersystem.payments.charging;

import org.jspecify.annotations.NullMarked;
