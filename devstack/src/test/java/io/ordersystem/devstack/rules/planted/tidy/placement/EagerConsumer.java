package io.ordersystem.devstack.rules.planted.tidy.placement;

import io.quarkus.runtime.Startup;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@Startup
public final class EagerConsumer {
  @Incoming("orders")
  public void on(ConsumerRecords<String, byte[]> records) {
    records.count();
  }
}
