-- title: one message per event, template and recipient; each decided order told once, none of its children
-- grace: the event travels from order-service to notification-service
-- A null recipient (contact not yet known) counts as one like any other.
SELECT min(order_id::text) AS id, format('%s messages %s of event %s to the same recipient', count(*), template, event_id) AS detail
FROM notifications.messages
GROUP BY event_id, template, recipient
HAVING count(*) > 1
UNION ALL
SELECT order_id::text, format('%s messages %s', count(*), template)
FROM notifications.messages
WHERE template IN ('order-confirmed', 'order-cancelled')
GROUP BY order_id, template
HAVING count(DISTINCT event_id) > 1
UNION ALL
SELECT m.order_id::text, format('message %s of child order %s', m.template, o.order_number)
FROM notifications.messages m
JOIN orders.orders o ON o.id = m.order_id
WHERE o.parent_order_id IS NOT NULL
UNION ALL
SELECT o.id::text, format('%s, but no message %s', o.status, wanted.template)
FROM orders.orders o
CROSS JOIN LATERAL (
  SELECT CASE WHEN o.status = 'CANCELLED' THEN 'order-cancelled' ELSE 'order-confirmed' END AS template
) wanted
WHERE o.parent_order_id IS NULL
  AND o.status <> 'PENDING'
  AND o.updated_at < now() - :grace
  AND NOT EXISTS (SELECT FROM notifications.messages m WHERE m.order_id = o.id AND m.template = wanted.template)
