package io.ordersystem.orders.offers;

import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Keeps the projection of offers: the newest state of each, by version. */
@ApplicationScoped
class StockStates {
  private static final String UPSERT =
      """
      INSERT INTO offers (variant_id, seller_id, name, unit_price, currency, available, deleted, version)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::int[], $7::boolean[], $8::bigint[])
      ON CONFLICT (variant_id, seller_id) DO UPDATE SET name = excluded.name, unit_price = excluded.unit_price,
        currency = excluded.currency, available = excluded.available, deleted = excluded.deleted, version = excluded.version
      WHERE offers.version < excluded.version
      """;

  private final Inbox inbox;

  StockStates(Inbox inbox) {
    this.inbox = inbox;
  }

  @Incoming("stock-state")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return inbox.process("stock-state", records, StockStates::project);
  }

  private static Uni<Void> project(Tx tx, List<Received> messages) {
    return tx.query(
            UPSERT,
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
