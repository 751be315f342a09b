@NullMarked
package io.ordersystem.devstack.profile;

import org.jspecify.annotations.NullMarked;
