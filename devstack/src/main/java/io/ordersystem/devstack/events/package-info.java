/** The events of a running system, as a stranger sees them: read, checked, exported, sent again. */
@NullMarked
package io.ordersystem.devstack.events;

import org.jspecify.annotations.NullMarked;
