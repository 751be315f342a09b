-- title: versions are contiguous: each order's in its timeline, each aggregate's in the outbox
-- Old days of the outbox are dropped, so there only what is kept must have no gap and no double.
WITH timeline AS (
  SELECT order_id, count(*) AS entries, min(version) AS first, max(version) AS last
  FROM orders.order_timeline
  GROUP BY order_id
), outbox AS (
  SELECT 'orders' AS service, subject, aggregate_version FROM orders.outbox WHERE topic LIKE '%.events.v_'
  UNION ALL
  SELECT 'inventory', subject, aggregate_version FROM inventory.outbox WHERE topic LIKE '%.events.v_'
  UNION ALL
  SELECT 'payments', subject, aggregate_version FROM payments.outbox WHERE topic LIKE '%.events.v_'
  UNION ALL
  SELECT 'notifications', subject, aggregate_version FROM notifications.outbox WHERE topic LIKE '%.events.v_'
), published AS (
  SELECT service, subject, count(*) AS events, count(DISTINCT aggregate_version) AS versions,
         min(aggregate_version) AS first, max(aggregate_version) AS last
  FROM outbox
  GROUP BY service, subject
)
SELECT o.id::text AS id,
       format('version %s, timeline %s to %s with %s entries', o.version, t.first, t.last, coalesce(t.entries, 0)) AS detail
FROM orders.orders o
LEFT JOIN timeline t ON t.order_id = o.id
WHERE (1, o.version, o.version) IS DISTINCT FROM (t.first, t.last, t.entries)
UNION ALL
SELECT subject, format('outbox of %s: versions %s to %s in %s events', service, first, last, events)
FROM published
WHERE events <> versions OR versions <> last - first + 1 OR first < 1
UNION ALL
SELECT o.id::text, format('version %s, last event %s', o.version, p.last)
FROM orders.orders o
JOIN published p ON p.service = 'orders' AND p.subject = o.id::text
WHERE p.last <> o.version
