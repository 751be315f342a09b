package io.ordersystem.devstack.recovery;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.events.EventReader;
import io.ordersystem.devstack.events.MessageLine;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A database that was restored to a moment, or whose replica was promoted without its newest
 * transactions, has forgotten what the topics still tell. Two things follow, and both are mended
 * before a service writes to it again:
 *
 * <ul>
 *   <li>Messages that no outbox has any more must have no effect, also where their consumer has not
 *       come to them yet: they are put into the inboxes, as if they had been seen.
 *   <li>Messages that the outboxes still have may have had effects that are forgotten: outboxes are
 *       set back, so that everything since a margin before that moment is sent again. Inboxes drop
 *       what they remember.
 * </ul>
 *
 * Whoever runs it again sets the outboxes back again: that sends more twice, and does no harm.
 */
public final class Recovery {
  private static final List<DatabaseRole> SERVICES =
      Arrays.stream(DatabaseRole.values()).filter(DatabaseRole::ownsSchema).toList();

  /** Messages that are compared with the outboxes at a time. */
  private static final int AT_ONCE = 5_000;

  private static final String FORGOTTEN =
      "SELECT id FROM unnest(?::uuid[]) AS told (id) WHERE NOT EXISTS (SELECT FROM %s.outbox o WHERE o.id = told.id)";

  /** Under which names the inboxes remember: those of the services' channels. */
  static final Map<DatabaseRole, List<String>> CONSUMERS =
      Map.of(
          DatabaseRole.ORDERS, List.of("payment-events", "reservation-events", "stock-state"),
          DatabaseRole.INVENTORY, List.of("reservation-commands"),
          DatabaseRole.PAYMENTS, List.of("payment-commands"),
          DatabaseRole.NOTIFICATIONS,
              List.of("order-contacts", "order-events", "payment-events", "stock-events"));

  /** The names that are there, each found by a jump in the index. */
  private static final String REMEMBERED =
      """
      WITH RECURSIVE reader AS (
        (SELECT consumer FROM %1$s.inbox ORDER BY consumer LIMIT 1)
        UNION ALL
        SELECT (SELECT i.consumer FROM %1$s.inbox i WHERE i.consumer > reader.consumer ORDER BY i.consumer LIMIT 1)
        FROM reader WHERE reader.consumer IS NOT NULL
      )
      SELECT consumer FROM reader WHERE consumer IS NOT NULL
      """;

  /** Who publishes for a service holds this, for as long as it does. */
  private static final String RELAY_IS_AWAY =
      "SELECT pg_try_advisory_lock(hashtextextended('outbox-relay/' || ?, 0))";

  private static final String SEEN =
      """
      INSERT INTO %s.inbox (consumer, event_id)
      SELECT consumer, id FROM unnest(?::text[]) AS c (consumer), unnest(?::uuid[]) AS e (id)
      ON CONFLICT DO NOTHING
      """;

  /**
   * Below a gap that is still open the lower of both positions counts: what is sent twice is
   * dropped, what is not sent at all is lost.
   */
  private static final String SEND_AGAIN =
      """
      UPDATE %1$s.outbox_cursor
      SET position = least(position, first - 1), highest = least(position, first - 1), gaps = '{}', gap_bounds = '{}'
      FROM (SELECT min(o.position) AS first FROM %1$s.outbox o WHERE o.id >= %1$s.uuid7_floor(?)) since
      WHERE first - 1 < greatest(position, highest)
      """;

  private static final String SINCE =
      "SELECT count(*) FROM %1$s.outbox WHERE id >= %1$s.uuid7_floor(?)";

  private final Connection database;
  private final Map<String, Object> kafka;

  /**
   * A recovery.
   *
   * @param database a connection to the primary whose role may write to all schemas, in auto-commit
   * @param kafka what a consumer is configured with, {@code bootstrap.servers} at least
   */
  public Recovery(Connection database, Map<String, Object> kafka) {
    this.database = database;
    this.kafka = Map.copyOf(kafka);
  }

  /**
   * What was done.
   *
   * @param forgotten messages that no outbox has any more
   * @param orders orders that were placed by them, by id: acknowledged, and gone
   * @param again messages that are sent again
   */
  public record Outcome(long forgotten, Set<String> orders, long again) {}

  /**
   * Mends it.
   *
   * @param to the moment up to which the database knows everything
   * @param margin how long before it messages may have been written whose effects came after it:
   *     longer than relays and consumers were behind together
   * @param lost gets the forgotten messages, a JSON line each as {@code events export} writes them
   * @throws IllegalStateException when a service is at work on the database, or reads under a name
   *     that is not known here
   */
  public Outcome run(Instant to, Duration margin, Path lost) throws SQLException, IOException {
    Instant since = to.minus(margin);
    for (DatabaseRole service : SERVICES) {
      keepRelayAway(service);
      requireKnown(service);
    }
    var orders = new TreeSet<String>();
    long forgotten = forget(since, lost, orders);
    long again = 0;
    for (DatabaseRole service : SERVICES) {
      again += number(SINCE.formatted(service.roleName()), since);
      update(SEND_AGAIN.formatted(service.roleName()), since);
    }
    return new Outcome(forgotten, orders, again);
  }

  /**
   * Nobody publishes meanwhile: a leader that runs keeps its place in memory, and would overwrite
   * the one that is set back. The lock ends with the connection.
   */
  private void keepRelayAway(DatabaseRole service) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(RELAY_IS_AWAY)) {
      statement.setString(1, service.roleName());
      try (var rows = statement.executeQuery()) {
        rows.next();
        if (!rows.getBoolean(1)) {
          throw new IllegalStateException(
              "a service publishes from the schema %s: keep the services from this database until it is recovered"
                  .formatted(service.roleName()));
        }
      }
    }
  }

  private void requireKnown(DatabaseRole service) throws SQLException {
    var unknown = texts(REMEMBERED.formatted(service.roleName()));
    unknown.removeAll(CONSUMERS.getOrDefault(service, List.of()));
    if (!unknown.isEmpty()) {
      throw new IllegalStateException(
          "%s reads as %s, which this release does not know: take the tools of the services' release"
              .formatted(service.roleName(), unknown));
    }
  }

  private long forget(Instant since, Path lost, Set<String> orders)
      throws SQLException, IOException {
    var counted = new long[1];
    Map<Topic, List<MessageLine>> batches = new EnumMap<>(Topic.class);
    try (BufferedWriter file = Files.newBufferedWriter(lost);
        var reader = new EventReader(kafka, List.of(Topic.values()), since)) {
      reader.toTheEnd(record -> {
        Topic topic = Topic.named(record.topic());
        List<MessageLine> batch = batches.computeIfAbsent(topic, it -> new ArrayList<>());
        batch.add(MessageLine.of(record));
        if (batch.size() == AT_ONCE) {
          counted[0] += forgetOf(topic, batch, file, orders);
          batch.clear();
        }
      });
      for (var left : batches.entrySet()) {
        counted[0] += forgetOf(left.getKey(), left.getValue(), file, orders);
      }
    }
    return counted[0];
  }

  private long forgetOf(
      Topic topic, List<MessageLine> messages, BufferedWriter file, Set<String> orders) {
    try {
      var told = messages.stream().flatMap(it -> it.eventId().stream()).toArray(UUID[]::new);
      Set<UUID> forgotten = forgotten(roleOf(topic.writer()), told);
      for (String reader : topic.readers()) {
        seen(roleOf(reader), forgotten);
      }
      for (MessageLine message : messages) {
        if (message.eventId().filter(forgotten::contains).isPresent()) {
          file.write(message.text());
          file.newLine();
          if (message.isOfType(EventType.ORDER_PLACED)) {
            orders.add(String.valueOf(message.key()));
          }
        }
      }
      return forgotten.size();
    } catch (SQLException e) {
      throw new IllegalStateException("messages cannot be compared with the outboxes", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatabaseRole roleOf(String service) {
    return DatabaseRole.ofService(service.replace("-service", ""));
  }

  private Set<UUID> forgotten(DatabaseRole writer, UUID[] told) throws SQLException {
    var forgotten = new HashSet<UUID>();
    try (PreparedStatement statement =
        database.prepareStatement(FORGOTTEN.formatted(writer.roleName()))) {
      statement.setArray(1, database.createArrayOf("uuid", told));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          forgotten.add(rows.getObject(1, UUID.class));
        }
      }
    }
    return forgotten;
  }

  private void seen(DatabaseRole reader, Set<UUID> forgotten) throws SQLException {
    List<String> names = CONSUMERS.getOrDefault(reader, List.of());
    try (PreparedStatement statement =
        database.prepareStatement(SEEN.formatted(reader.roleName()))) {
      statement.setArray(1, database.createArrayOf("text", names.toArray()));
      statement.setArray(2, database.createArrayOf("uuid", forgotten.toArray()));
      statement.executeUpdate();
    }
  }

  private List<String> texts(String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (var statement = database.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private long number(String sql, Instant since) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      statement.setObject(1, since.atOffset(ZoneOffset.UTC));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private void update(String sql, Instant since) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      statement.setObject(1, since.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }
}
