/** A real Kafka broker in a process of its own, with every topic of the system. */
@NullMarked
package io.ordersystem.devstack.kafka;

import org.jspecify.annotations.NullMarked;
