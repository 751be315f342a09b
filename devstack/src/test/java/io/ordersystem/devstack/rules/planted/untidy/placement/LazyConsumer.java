package io.ordersystem.devstack.rules.planted.untidy.placement;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

public final class LazyConsumer {
  @Incoming("orders")
  public void on(ConsumerRecords<String, byte[]> records) {
    records.count();
  }
}
