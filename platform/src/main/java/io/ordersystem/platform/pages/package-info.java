/** Keyset pages with opaque cursors. */
@NullMarked
package io.ordersystem.platform.pages;

import org.jspecify.annotations.NullMarked;
