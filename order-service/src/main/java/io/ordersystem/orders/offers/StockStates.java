package io.ordersystem.orders.offers;

import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.ordersystem.platform.inbox.Projection;
import io.ordersystem.platform.inbox.Projections;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Keeps the projection of offers: the newest state of each, by version. */
@ApplicationScoped
@Startup
class StockStates {
  private static final String UPSERT =
      """
      INSERT INTO %1$s (variant_id, seller_id, name, unit_price, currency, available, deleted, version)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::int[], $7::boolean[], $8::bigint[])
      ON CONFLICT (variant_id, seller_id) DO UPDATE SET name = excluded.name, unit_price = excluded.unit_price,
        currency = excluded.currency, available = excluded.available, deleted = excluded.deleted, version = excluded.version
      WHERE %1$s.version < excluded.version
      """;

  private final MessageConsumer consumer;

  StockStates(Inbox inbox, Projections projections) {
    consumer = inbox.consumer("stock-state", into("offers"));
    projections.register(
        new Projection(
            "offers",
            Topic.STOCK_STATE,
            "offers",
            List.of("variant_id", "seller_id"),
            List.of("variant_id", "seller_id"),
            StockStates::into,
            tx -> Uni.createFrom().voidItem()));
  }

  @Incoming("stock-state")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }

  private static Inbox.Effect into(String table) {
    String upsert = UPSERT.formatted(table);
    return (tx, messages) -> project(tx, upsert, messages);
  }

  private static Uni<Void> project(Tx tx, String upsert, List<Received> messages) {
    return tx.query(
            upsert,
            texts(messages, StockState::variantId),
            texts(messages, StockState::sellerId),
            texts(messages, StockState::name),
            messages.stream().map(m -> state(m).unitPrice()).toArray(Long[]::new),
            texts(messages, StockState::currency),
            messages.stream().map(m -> state(m).available()).toArray(Integer[]::new),
            messages.stream().map(m -> state(m).deleted()).toArray(Boolean[]::new),
            messages.stream().map(Received::version).toArray(Long[]::new))
        .replaceWithVoid();
  }

  private static StockState state(Received message) {
    return message.as(StockState.class);
  }

  private static String[] texts(List<Received> messages, Function<StockState, String> part) {
    return messages.stream().map(message -> part.apply(state(message))).toArray(String[]::new);
  }
}
