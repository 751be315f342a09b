package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.client.Answer;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.events.EventConformance;
import io.ordersystem.devstack.events.EventReader;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.stack.LocalPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has the contract only can rely on it: every message keeps it, a copy of all orders made
 * by a stranger equals what the gateway answers, and nobody's name or address is on a topic where
 * it does not belong.
 */
final class EventsProof implements Proof {
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(120);
  private static final int SHOWN = 10;

  /** What names a person, of a contact. */
  private static final List<String> PERSONAL =
      List.of("/contact/name", "/contact/email", "/shippingAddress/name", "/shippingAddress/line1");

  /** What any order that ends well makes, here or in the demo. */
  private static final Set<String> EXPECTED =
      Stream.of(
              EventType.ORDER_PLACED,
              EventType.ORDER_CONFIRMED,
              EventType.ORDER_CONTACT_RECORDED,
              EventType.RESERVE_STOCK,
              EventType.STOCK_RESERVED,
              EventType.STOCK_CHANGED,
              EventType.AUTHORIZE_PAYMENT,
              EventType.PAYMENT_REQUESTED,
              EventType.PAYMENT_AUTHORIZED,
              EventType.MESSAGE_QUEUED,
              EventType.MESSAGE_SENT)
          .map(EventType::ceType)
          .collect(Collectors.toSet());

  /** Too short to be told from an amount or a word. */
  private static final int SHORTEST = 6;

  private final ObjectMapper json = new ObjectMapper();
  private final EventConformance conformance = new EventConformance();

  @Override
  public String name() {
    return "events";
  }

  @Override
  public String promise() {
    return "a stranger who has the contract only copies every order, and learns nobody's name";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick) {
      if (directory == null) {
        throw new IllegalArgumentException("events needs the directory of the Northwind files");
      }
      if (!scene.startsEmpty()
          || scene.run("replay", directory.toString(), "--restock", "--fulfil") != 0) {
        return false;
      }
    }
    var messages = new ArrayList<EventConformance.Message>();
    try (var reader = new EventReader(bootstrapServers(), List.of(Topic.values()), null)) {
      reader.toTheEnd(record -> messages.add(EventConformance.Message.of(record)));
    }
    return keepTheContract(scene, quick, messages)
        & namesNobody(scene, messages)
        & copyEqualsTheAnswers(scene);
  }

  private static String bootstrapServers() {
    return "127.0.0.1:" + LocalPort.KAFKA.number();
  }

  private boolean keepTheContract(
      Scene scene, boolean quick, List<EventConformance.Message> messages) {
    var seen = new TreeSet<String>();
    var wrong = new ArrayList<String>();
    int foreign = 0;
    for (EventConformance.Message message : messages) {
      if (message.isPlanted()) {
        foreign++;
        continue;
      }
      seen.add(message.headers().getOrDefault("ce_type", "tombstone"));
      conformance
          .violations(message)
          .forEach(violation ->
              wrong.add(
                  "%s %s: %s"
                      .formatted(message.topic(), message.headers().get("ce_id"), violation)));
    }
    wrong.stream().limit(SHOWN).forEach(line -> scene.say("%s", line));
    scene.say(
        "%d messages of %d types of %d, %d break the contract (%d planted ones passed over)",
        messages.size(), seen.size(), EventType.values().length, wrong.size(), foreign);
    var missing = new TreeSet<>(EXPECTED);
    missing.removeAll(seen);
    if (!missing.isEmpty()) {
      scene.say("types that the orders must have made, but did not: %s", missing);
    }
    return wrong.isEmpty() && missing.isEmpty() && (quick || foreign == 0);
  }

  private boolean namesNobody(Scene scene, List<EventConformance.Message> messages)
      throws JsonProcessingException {
    Set<String> personal = new TreeSet<>();
    for (EventConformance.Message message : messages) {
      if (message.topic().equals(Topic.ORDER_CONTACT.topicName()) && message.data() != null) {
        JsonNode contact = json.readTree(message.data());
        PERSONAL.forEach(pointer -> {
          String text = contact.at(pointer).asText();
          if (text.length() >= SHORTEST) {
            personal.add(text);
          }
        });
      }
    }
    var leaks = new ArrayList<String>();
    for (EventConformance.Message message : messages) {
      if (message.topic().equals(Topic.ORDER_CONTACT.topicName())) {
        continue;
      }
      String whole = message.key() + message.headers() + message.data();
      personal.stream()
          .filter(whole::contains)
          .forEach(text ->
              leaks.add(message.topic() + " " + message.headers().get("ce_id") + ": " + text));
    }
    leaks.stream().limit(SHOWN).forEach(line -> scene.say("%s", line));
    scene.say(
        "%d names and addresses of people, looked for on every topic but %s: %d found",
        personal.size(), Topic.ORDER_CONTACT.topicName(), leaks.size());
    return leaks.isEmpty() && !personal.isEmpty();
  }

  private static boolean copyEqualsTheAnswers(Scene scene) {
    try (var client = scene.client()) {
      Caller service = client.service("prove");
      var last = new ArrayList<List<String>>();
      boolean equal =
          Await.within(
              SETTLED_WITHIN,
              () -> {
                last.clear();
                var copy = OrderCopy.read(bootstrapServers());
                var differences = differences(copy, service);
                last.add(differences);
                scene.say(
                    "a copy made of the public topic alone: %d orders, %d gaps, %d events twice; %d differ from what the gateway answers",
                    copy.orders().size(), copy.gaps(), copy.duplicates(), differences.size());
                return differences.isEmpty() && copy.gaps() == 0 && !copy.orders().isEmpty();
              });
      if (!equal) {
        last.getLast().stream().limit(SHOWN).forEach(line -> scene.say("%s", line));
      }
      return equal;
    }
  }

  private static List<String> differences(OrderCopy copy, Caller service) {
    Map<String, OrderCopy.Order> answers = answers(service);
    var ids = new TreeSet<>(answers.keySet());
    ids.addAll(copy.orders().keySet());
    return ids.stream()
        .filter(
            id -> !String.valueOf(copy.orders().get(id)).equals(String.valueOf(answers.get(id))))
        .map(id -> "%s: topic %s, gateway %s".formatted(id, copy.orders().get(id), answers.get(id)))
        .toList();
  }

  /** Every order that the gateway lists, with its children. */
  private static Map<String, OrderCopy.Order> answers(Caller service) {
    var orders = new TreeMap<String, OrderCopy.Order>();
    String cursor = "";
    while (true) {
      JsonNode page =
          get(service, "/api/orders?limit=100" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      for (JsonNode item : page.path("items")) {
        JsonNode order = get(service, "/api/orders/" + item.path("id").asText());
        put(orders, order, order.path("id").asText());
        order.path("children").forEach(child -> put(orders, child, order.path("id").asText()));
      }
      if (!page.hasNonNull("nextCursor")) {
        return orders;
      }
      cursor = page.path("nextCursor").asText();
    }
  }

  private static void put(Map<String, OrderCopy.Order> orders, JsonNode order, String rootId) {
    orders.put(
        order.path("id").asText(),
        new OrderCopy.Order(
            rootId,
            order.path("status").asText(),
            order.path("paymentStatus").asText(),
            order.path("fulfilmentStatus").asText(),
            order.path("currency").asText(),
            order.path("totalAmount").asLong(),
            order.path("cancelledAmount").asLong(),
            order.path("capturedAmount").asLong(),
            order.path("refundedAmount").asLong()));
  }

  private static JsonNode get(Caller service, String path) {
    Answer answer = service.call("GET", path, null, null);
    if (!answer.isOk()) {
      throw new IllegalStateException("GET %s was answered with %s".formatted(path, answer));
    }
    return answer.body();
  }
}
