/** What makes a database that has lost its newest transactions agree with the world again. */
@NullMarked
package io.ordersystem.devstack.recovery;

import org.jspecify.annotations.NullMarked;
