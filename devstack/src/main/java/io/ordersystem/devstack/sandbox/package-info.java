/**
 * The payment provider of the embedded stack: a process that speaks the part of the Stripe API that
 * we use, remembers every effect on disk, and misbehaves when told to.
 */
@NullMarked
package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.NullMarked;
