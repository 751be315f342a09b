/** The model: a payment, what can become of it, and the port to whoever moves the money. */
@NullMarked
package io.ordersystem.payments.payment;

import org.jspecify.annotations.NullMarked;
