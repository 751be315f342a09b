package io.ordersystem.contracts.consumer.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.consumer.ConsumedEvent;
import io.ordersystem.contracts.consumer.EventConsumer;
import io.ordersystem.contracts.consumer.EventSequencer;
import io.ordersystem.contracts.consumer.HttpHealer;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

// quoted in docs/events.md
/** Keeps every order's status. Arguments: Kafka's address, the gateway's address, a token. */
public final class OrderStatuses {
  final Map<String, String> statuses = new ConcurrentHashMap<>();
  private final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) {
    var healer = new HttpHealer(URI.create(args[1]), () -> args[2]);
    var sequencer = EventSequencer.deliveringTo(new OrderStatuses()::handle).healer(healer).build();
    Map<String, Object> kafka = Map.of("bootstrap.servers", args[0], "group.id", "order-statuses");
    var consumer = new EventConsumer(kafka, List.of(Topic.ORDER_EVENTS.topicName()), sequencer);
    Runtime.getRuntime().addShutdownHook(new Thread(consumer::close));
    consumer.run();
  }

  void handle(ConsumedEvent event) {
    try {
      statuses.put(event.subject(), json.readTree(event.data()).required("status").asText());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
