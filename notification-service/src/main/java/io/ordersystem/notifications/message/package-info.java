/** The model: a message to a person, from queued to sent. */
@NullMarked
package io.ordersystem.notifications.message;

import org.jspecify.annotations.NullMarked;
