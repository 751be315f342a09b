/** The provider port on Stripe's API. */
@NullMarked
package io.ordersystem.payments.stripe;

import org.jspecify.annotations.NullMarked;
