/** What the services say to each other. Additive changes only: see {@code docs/events.md}. */
@NullMarked
package io.ordersystem.contracts;

import org.jspecify.annotations.NullMarked;
