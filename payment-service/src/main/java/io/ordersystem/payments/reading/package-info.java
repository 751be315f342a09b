/** Payments as callers see them. */
@NullMarked
package io.ordersystem.payments.reading;

import org.jspecify.annotations.NullMarked;
