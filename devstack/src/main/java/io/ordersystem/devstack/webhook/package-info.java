/** A stranger that receives webhooks, for tests and benchmarks. */
@NullMarked
package io.ordersystem.devstack.webhook;

import org.jspecify.annotations.NullMarked;
