/** A small shop of our own: what a newcomer sees happen first. */
@NullMarked
package io.ordersystem.devstack.demo;

import org.jspecify.annotations.NullMarked;
