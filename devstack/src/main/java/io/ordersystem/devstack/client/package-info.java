/** The REST contract as a caller sees it: what the command line uses to talk to the gateway. */
@NullMarked
package io.ordersystem.devstack.client;

import org.jspecify.annotations.NullMarked;
