package io.ordersystem.notifications.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for endpoints. Those that fail are counted apart from those that work ({@code
 * endpoints}): a queue of the former is their owners' matter, one of the latter ours. What waits
 * for a post that is under way, or behind one that failed, waits for its endpoint and has no age.
 */
@ApplicationScoped
class WebhookMetrics {
  private static final String LOOK =
      """
      SELECT CASE WHEN e.status <> 'ENABLED' THEN 'disabled' WHEN e.failures > 0 THEN 'failing' ELSE 'healthy' END AS endpoints,
        count(*) AS number, 0::bigint AS waiting, 0::bigint AS age
      FROM webhook_endpoints e WHERE e.status <> 'DELETED' GROUP BY 1
      UNION ALL
      SELECT CASE WHEN e.status <> 'ENABLED' THEN 'disabled' WHEN e.failures > 0 THEN 'failing' ELSE 'healthy' END,
        0, sum(d.number)::bigint, coalesce(max(extract(epoch FROM now() - d.oldest)), 0)::bigint
      FROM (
        SELECT p.endpoint_id, count(*) AS number,
          min(p.next_attempt_at) FILTER (WHERE p.next_attempt_at <= now() AND NOT EXISTS (
            SELECT FROM webhook_deliveries l WHERE l.endpoint_id = p.endpoint_id AND l.leased_until > now())
            AND NOT EXISTS (
            SELECT FROM webhook_deliveries b JOIN webhook_endpoints o ON o.id = b.endpoint_id AND o.ordered
            WHERE b.endpoint_id = p.endpoint_id AND b.sequence_key = p.sequence_key AND b.status = 'PENDING' AND b.sequence < p.sequence))
            AS oldest
        FROM webhook_deliveries p WHERE p.status = 'PENDING' GROUP BY p.endpoint_id) d
      JOIN webhook_endpoints e ON e.id = d.endpoint_id GROUP BY 1
      """;
  private static final List<String> GROUPS = List.of("healthy", "failing", "disabled");

  private final Pool pool;
  private final Map<String, Group> groups = new ConcurrentHashMap<>();

  private record Group(AtomicLong endpoints, AtomicLong waiting, AtomicLong ageSeconds) {}

  WebhookMetrics(Pool pool, MeterRegistry metrics) {
    this.pool = pool;
    for (String name : GROUPS) {
      var group = new Group(new AtomicLong(), new AtomicLong(), new AtomicLong());
      groups.put(name, group);
      Tags tags = Tags.of("endpoints", name);
      metrics.gauge("notifications.webhooks.endpoints", tags, group.endpoints());
      metrics.gauge("notifications.webhooks.queue.depth", tags, group.waiting());
      metrics.gauge("notifications.webhooks.queue.age.seconds", tags, group.ageSeconds());
    }
  }

  @Scheduled(every = "15s", delayed = "5s", identity = "webhook-metrics")
  Uni<Void> look() {
    return pool.query(LOOK)
        .execute()
        .invoke(this::set)
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("Webhooks are counted later: %s", failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private void set(Iterable<Row> rows) {
    groups.forEach((name, group) -> {
      long endpoints = 0;
      long waiting = 0;
      long age = 0;
      for (Row row : rows) {
        if (row.getString("endpoints").equals(name)) {
          endpoints += row.getLong("number");
          waiting += row.getLong("waiting");
          age = Math.max(age, row.getLong("age"));
        }
      }
      group.endpoints().set(endpoints);
      group.waiting().set(waiting);
      group.ageSeconds().set(age);
    });
  }
}
