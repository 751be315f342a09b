package io.ordersystem.orders.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.orders.order.Month;
import io.ordersystem.orders.order.OrderDetails;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to an order, version by version: the same versions that events carry. */
@ApplicationScoped
class Timeline {
  static final String AFTER =
      """
      SELECT version, type, time, actor, cause, data::text AS data FROM order_timeline_{month}
      WHERE order_id = $1 AND version > $2 ORDER BY version LIMIT $3
      """;

  private final Reads reads;
  private final OrderDetails details;
  private final ObjectMapper json;

  Timeline(Reads reads, OrderDetails details, ObjectMapper json) {
    this.reads = reads;
    this.details = details;
    this.json = json;
  }

  /**
   * One version of an order.
   *
   * @param actor who changed it: a caller's subject, or {@code saga}
   * @param cause the causing message's id, or the request's {@code Idempotency-Key} or {@code
   *     X-Request-Id}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Event(
      long version,
      String type,
      Instant time,
      String actor,
      @Nullable String cause,
      JsonNode data) {}

  /** Contiguous versions, ascending. */
  record Events(List<Event> items) {}

  /** Of an order that the caller may see. */
  Uni<Events> after(Caller caller, String idOrNumber, long version, int limit) {
    return reads.read(
        new KeyedReading<>(database ->
            details
                .findId(database, caller, idOrNumber)
                .chain(id -> database.query(Month.of(id).in(AFTER), id, version, limit))
                .map(rows -> {
                  var events = new ArrayList<Event>();
                  rows.forEach(row -> events.add(event(row.getDelegate())));
                  return new Events(events);
                })));
  }

  /** A row of {@link #AFTER}. */
  Event event(Row row) {
    try {
      return new Event(
          row.getLong("version"),
          row.getString("type"),
          row.getOffsetDateTime("time").toInstant(),
          row.getString("actor"),
          row.getString("cause"),
          json.readTree(row.getString("data")));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
