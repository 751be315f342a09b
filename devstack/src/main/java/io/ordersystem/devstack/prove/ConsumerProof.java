package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.consumer.ConsumedEvent;
import io.ordersystem.contracts.consumer.EventConsumer;
import io.ordersystem.contracts.consumer.EventSequencer;
import io.ordersystem.contracts.consumer.HttpHealer;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A copy of every order, made with the consumer kit from a topic that was disturbed on its way,
 * equals the orders.
 */
final class ConsumerProof implements Proof {
  private static final int ROUNDS = 60;
  private static final int QUICK_ROUNDS = 3;
  private static final long SEED = 20_261_124;

  /** How large a share of the topic is dropped, as many doubled, as many shuffled. */
  private static final double DISTURBED = 0.2;

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);
  private static final Duration READ_WITHIN = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);

  private final ObjectMapper json = new ObjectMapper();

  @Override
  public String name() {
    return "consumer";
  }

  @Override
  public String promise() {
    return "a projection made with the consumer kit equals its source, whatever became of the topic";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    String run = Scene.newRun("consumer");
    try (var client = scene.client()) {
      var orders = new Orders(client);
      orders.offerPlenty();
      for (int round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
        for (String wrong : orders.placeEachKind(run + "-" + round)) {
          scene.say("%s", wrong);
        }
      }
    }
    var outbox = new Management(LocalPort.ORDER_MANAGEMENT.number());
    if (!Await.within(SETTLED_WITHIN, () -> settled(scene, outbox))) {
      scene.say("the orders did not settle within %s", SETTLED_WITHIN);
      return false;
    }
    return compare(scene, topic(), source(scene));
  }

  private boolean compare(Scene scene, List<ConsumedEvent> topic, Map<String, String> source)
      throws IOException {
    var arrived = disturbed(topic, new Random(SEED));
    var lostTails = lostTails(topic, arrived);
    scene.say(
        "%d events of %d orders; %d arrive after %.0f %% were dropped, doubled and shuffled each (seed %d); the last event of %d orders never does",
        topic.size(), source.size(), arrived.size(), DISTURBED * 100, SEED, lostTails.size());

    var naive = new Projection();
    arrived.forEach(naive::put);
    scene.say("without the kit: %d orders differ from the source", differing(naive, source).size());

    var projection = new Projection();
    var healer =
        new HttpHealer(URI.create(LocalPort.GATEWAY.url()), () -> scene.token("service", "prove"));
    var kit = EventSequencer.deliveringTo(projection::next).healer(healer).build();
    long began = System.nanoTime();
    arrived.forEach(kit::offer);
    var differing = differing(projection, source);
    scene.say(
        "with the kit: %d differ after %.1f s; %s",
        differing.size(), Scene.seconds(began), kit.counters());
    boolean holds = !differing(naive, source).isEmpty() & differing.equals(lostTails);

    for (String order : source.keySet()) {
      kit.catchUp("/order-service", order);
    }
    var left = differing(projection, source);
    scene.say("after it caught up: %d differ; %s", left.size(), kit.counters());
    return holds
        & left.isEmpty()
        & projection.disorders.isEmpty()
        & kit.counters().duplicates() > 0
        & kit.counters().healed() > 0;
  }

  /** What came of an order, as one line that compares. */
  private static String line(Object version, Object status, Object payment, Object total) {
    return "version %s %s %s %s".formatted(version, status, payment, total);
  }

  private final class Projection {
    final Map<String, String> orders = new TreeMap<>();
    final Map<String, Long> versions = new TreeMap<>();
    final Set<String> disorders = new HashSet<>();

    /** As the kit promises to call: each version once and in order. */
    void next(ConsumedEvent event) {
      if (event.version() != versions.getOrDefault(event.subject(), 0L) + 1) {
        disorders.add(event.subject());
      }
      put(event);
    }

    void put(ConsumedEvent event) {
      try {
        JsonNode order = json.readTree(event.data());
        versions.put(event.subject(), event.version());
        orders.put(
            event.subject(),
            line(
                event.version(),
                order.required("status").asText(),
                order.required("paymentStatus").asText(),
                order.required("totalAmount").asLong()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("not JSON: " + event, e);
      }
    }
  }

  private static Set<String> differing(Projection projection, Map<String, String> source) {
    var ids = new TreeSet<>(source.keySet());
    ids.addAll(projection.orders.keySet());
    ids.removeIf(id -> source.getOrDefault(id, "").equals(projection.orders.get(id)));
    return ids;
  }

  /** The orders whose newest event does not arrive at all: no later one can show that. */
  private static Set<String> lostTails(List<ConsumedEvent> topic, List<ConsumedEvent> arrived) {
    var newest = new TreeMap<String, ConsumedEvent>();
    topic.forEach(event -> newest.merge(event.subject(), event, ConsumerProof::newer));
    var here = new HashSet<>(arrived);
    var lost = new TreeSet<String>();
    newest.forEach((order, event) -> {
      if (!here.contains(event)) {
        lost.add(order);
      }
    });
    return lost;
  }

  private static ConsumedEvent newer(ConsumedEvent one, ConsumedEvent other) {
    return one.version() >= other.version() ? one : other;
  }

  private static List<ConsumedEvent> disturbed(List<ConsumedEvent> topic, Random random) {
    var arrived = new ArrayList<>(topic);
    arrived.removeIf(any -> random.nextDouble() < DISTURBED);
    for (ConsumedEvent event : List.copyOf(arrived)) {
      if (random.nextDouble() < DISTURBED) {
        arrived.add(random.nextInt(arrived.size() + 1), event);
      }
    }
    var places = new ArrayList<Integer>();
    for (int place = 0; place < arrived.size(); place++) {
      if (random.nextDouble() < DISTURBED) {
        places.add(place);
      }
    }
    var shuffled = new ArrayList<>(places);
    Collections.shuffle(shuffled, random);
    var before = List.copyOf(arrived);
    for (int i = 0; i < places.size(); i++) {
      arrived.set(places.get(i), before.get(shuffled.get(i)));
    }
    return arrived;
  }

  /** All of the topic up to its present end. */
  private static List<ConsumedEvent> topic() {
    Map<String, Object> settings =
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + LocalPort.KAFKA.number());
    var events = new ArrayList<ConsumedEvent>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(Topic.ORDER_EVENTS.topicName()).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions).entrySet();
      boolean all =
          Await.within(
              READ_WITHIN,
              () -> {
                consumer.poll(POLL).forEach(message -> events.add(EventConsumer.read(message)));
                return ends.stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
              });
      if (!all) {
        throw new IllegalStateException("the topic was not read within " + READ_WITHIN);
      }
    }
    return events;
  }

  private static boolean settled(Scene scene, Management outbox) {
    return scene.undecided() == 0 && outbox.outbox().get("depth").asLong() == 0;
  }

  private static Map<String, String> source(Scene scene) {
    var orders = new TreeMap<String, String>();
    String sql =
        "SELECT concat_ws(' ', id, version, status, payment_status, total_amount) FROM orders.orders";
    for (String row : scene.texts(sql)) {
      String[] columns = row.split(" ", -1);
      orders.put(columns[0], line(columns[1], columns[2], columns[3], columns[4]));
    }
    return orders;
  }
}
