package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.orders.order.OrderProcess.Flag;
import io.ordersystem.orders.order.OrderProcess.SagaRow;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sagas' rows: where each root order is, and which commands wait for their answer. */
@Singleton
public class SagaTable {
  private final EventFormat format;
  private final Clock clock;

  SagaTable(EventFormat format, Clock clock) {
    this.format = format;
    this.clock = clock;
  }

  Uni<Map<UUID, SagaRow>> read(Tx tx, UUID... rootIds) {
    return tx.query(
            """
            SELECT order_id, step, deadline, attempts, version, pending, flag, flagged_at FROM order_sagas
            WHERE order_id = ANY ($1)
            """,
            (Object) rootIds)
        .map(rows -> {
          var sagas = new HashMap<UUID, SagaRow>();
          rows.forEach(row -> sagas.put(row.getUUID("order_id"), saga(row)));
          return sagas;
        });
  }

  /** The saga of a root order, as it is now. */
  public Uni<Optional<SagaRow>> find(Tx tx, UUID rootId) {
    return read(tx, rootId).map(found -> Optional.ofNullable(found.get(rootId)));
  }

  Uni<Void> insert(Tx tx, OrderProcess process) {
    SagaRow saga = process.sagaRow(clock.instant());
    return tx.query(
            "INSERT INTO order_sagas (order_id, step, deadline, attempts, version) VALUES ($1, $2, $3, $4, $5)",
            process.tree().id(),
            saga.step().name(),
            time(saga.deadline()),
            saga.attempts(),
            saga.version())
        .replaceWithVoid();
  }

  /**
   * Writes sagas that moved.
   *
   * @throws DomainException {@code concurrent-update} when one has another version than the one
   *     that was read
   */
  Uni<Void> update(Tx tx, List<OrderProcess> moved) {
    Instant now = clock.instant();
    List<SagaRow> rows = moved.stream().map(process -> process.sagaRow(now)).toList();
    return tx.update(
            """
            UPDATE order_sagas s SET step = c.step, deadline = c.deadline, attempts = c.attempts, version = c.version,
              pending = c.pending::jsonb, pending_deadline = c.pending_deadline, flag = c.flag, flagged_at = c.flagged_at,
              sweep_failures = 0
            FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::bigint[], $6::text[], $7::timestamptz[],
                        $8::text[], $9::timestamptz[])
              AS c(order_id, step, deadline, attempts, version, pending, pending_deadline, flag, flagged_at)
            WHERE s.order_id = c.order_id AND s.version = c.version - 1
            """,
            moved.stream().map(process -> process.tree().id()).toArray(UUID[]::new),
            rows.stream().map(row -> row.step().name()).toArray(String[]::new),
            times(rows, SagaRow::deadline),
            rows.stream().map(SagaRow::attempts).toArray(Integer[]::new),
            rows.stream().map(SagaRow::version).toArray(Long[]::new),
            rows.stream().map(row -> json(row.pending())).toArray(String[]::new),
            times(rows, SagaTable::pendingDeadline),
            rows.stream()
                .map(row -> row.flag() == null ? null : row.flag().reason())
                .toArray(String[]::new),
            times(rows, row -> row.flag() == null ? null : row.flag().since()))
        .invoke(count -> {
          if (count != moved.size()) {
            throw new DomainException(
                ProblemType.CONCURRENT_UPDATE, "a saga moved while it was being moved");
          }
        })
        .replaceWithVoid();
  }

  private static @Nullable Instant pendingDeadline(SagaRow row) {
    return row.pending().stream()
        .map(PendingCommand::deadline)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .orElse(null);
  }

  private String json(List<PendingCommand> pending) {
    var array = new JsonArray();
    for (PendingCommand command : pending) {
      Instant deadline = command.deadline();
      array.add(
          new JsonObject()
              .put("id", command.id().toString())
              .put("type", command.type().name())
              .put("data", format.canonical(command.data()))
              .put("deadline", deadline == null ? null : deadline.toString())
              .put("attempts", command.attempts())
              .put("failure", command.failure()));
    }
    return array.encode();
  }

  private SagaRow saga(Row row) {
    OffsetDateTime deadline = row.getOffsetDateTime("deadline");
    OffsetDateTime flagged = row.getOffsetDateTime("flagged_at");
    var pending = new ArrayList<PendingCommand>();
    for (Object entry : row.getJsonArray("pending")) {
      pending.add(command((JsonObject) entry));
    }
    return new SagaRow(
        Saga.Step.valueOf(row.getString("step")),
        deadline == null ? null : deadline.toInstant(),
        row.getInteger("attempts"),
        pending,
        flagged == null ? null : new Flag(row.getString("flag"), flagged.toInstant()),
        row.getLong("version"));
  }

  private PendingCommand command(JsonObject json) {
    EventType type = EventType.valueOf(json.getString("type"));
    String deadline = json.getString("deadline");
    return new PendingCommand(
        UUID.fromString(json.getString("id")),
        type,
        format.read(type, json.getString("data")),
        deadline == null ? null : Instant.parse(deadline),
        json.getInteger("attempts"),
        json.getString("failure"));
  }

  private static @Nullable OffsetDateTime[] times(
      List<SagaRow> rows, Function<SagaRow, @Nullable Instant> column) {
    return rows.stream().map(column).map(SagaTable::time).toArray(OffsetDateTime[]::new);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : OrderTable.time(instant);
  }
}
