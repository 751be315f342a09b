/** The payment sandbox, mostly seen through the official SDK. */
@NullMarked
package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.NullMarked;
