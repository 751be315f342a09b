/** Card numbers: how they are found, and how they are kept out of logs and traces. */
@NullMarked
package io.ordersystem.platform.cards;

import org.jspecify.annotations.NullMarked;
