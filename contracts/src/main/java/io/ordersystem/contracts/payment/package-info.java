/** What payment-service takes as commands and publishes. */
@NullMarked
package io.ordersystem.contracts.payment;

import org.jspecify.annotations.NullMarked;
