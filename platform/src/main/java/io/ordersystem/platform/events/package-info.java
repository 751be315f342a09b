/** Messages as bytes and headers: CloudEvents binary mode, checked against their schema. */
@NullMarked
package io.ordersystem.platform.events;

import org.jspecify.annotations.NullMarked;
