/** What the documentation quotes. */
@NullMarked
package io.ordersystem.contracts.consumer.examples;

import org.jspecify.annotations.NullMarked;
