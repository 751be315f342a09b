/** What order-service asks for. */
@NullMarked
package io.ordersystem.payments.commands;

import org.jspecify.annotations.NullMarked;
