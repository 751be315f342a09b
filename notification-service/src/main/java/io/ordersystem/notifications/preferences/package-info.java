/** In which language and on which channels somebody wants messages. */
@NullMarked
package io.ordersystem.notifications.preferences;

import org.jspecify.annotations.NullMarked;
