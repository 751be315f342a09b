package io.ordersystem.notifications.intake;

import io.ordersystem.notifications.message.EventEffect;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What happened to orders, and all that it does here. */
@ApplicationScoped
@Startup
class OrderEvents {
  private final MessageConsumer consumer;

  OrderEvents(Inbox inbox, @All List<EventEffect> effects) {
    consumer =
        inbox.consumer(
            "order-events",
            events -> concerned(effects, events, Set.of()),
            (tx, events) -> all(effects, tx, events));
  }

  /** Each effect is asked only about what concerns none before it. */
  private static Uni<Set<UUID>> concerned(
      List<EventEffect> effects, List<Received> events, Set<UUID> found) {
    List<Received> left = events.stream().filter(event -> !found.contains(event.id())).toList();
    if (effects.isEmpty() || left.isEmpty()) {
      return Uni.createFrom().item(found);
    }
    return effects
        .getFirst()
        .concerned(left)
        .chain(more -> {
          var all = new HashSet<>(found);
          all.addAll(more);
          return concerned(effects.subList(1, effects.size()), events, all);
        });
  }

  private static Uni<Void> all(List<EventEffect> effects, Tx tx, List<Received> events) {
    Uni<Void> all = Uni.createFrom().voidItem();
    for (EventEffect effect : effects) {
      all = all.chain(() -> effect.take(tx, events));
    }
    return all;
  }

  @Incoming("order-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }
}
