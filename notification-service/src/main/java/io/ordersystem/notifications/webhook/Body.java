package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.events.Received;
import java.time.Instant;

/**
 * What is posted, as Standard Webhooks recommends it, with what a receiver needs to notice what is
 * missing or late.
 *
 * @param type the event's CloudEvents type, as on Kafka
 * @param timestamp when it happened
 * @param subject what it is about, as on Kafka: the id of an order, an offer, a payment
 * @param version of the subject; contiguous, from 1 on
 * @param data the event's data, as on Kafka
 */
record Body(String type, Instant timestamp, String subject, long version, Record data) {

  static Body of(Received event) {
    return new Body(
        event.type().ceType(), event.time(), event.subject(), event.version(), event.data());
  }
}
