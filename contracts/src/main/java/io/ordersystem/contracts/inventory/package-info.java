/** What inventory-service takes as commands and publishes. */
@NullMarked
package io.ordersystem.contracts.inventory;

import org.jspecify.annotations.NullMarked;
