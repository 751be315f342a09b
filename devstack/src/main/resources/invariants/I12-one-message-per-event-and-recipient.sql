-- title: one message per event, template and party; each decided order told once to its customer; sellers told of no other's orders
-- grace: the event travels from order-service to notification-service
-- A party is the customer, a seller or the operators, whether its address is known yet or not. What is about no order is listed by
-- its event.
SELECT coalesce(min(order_id::text), event_id::text) AS id,
       format('%s messages %s of event %s to the same %s', count(*), template, event_id, lower(audience)) AS detail
FROM notifications.messages
GROUP BY event_id, template, audience, seller_id
HAVING count(*) > 1
UNION ALL
SELECT order_id::text, format('%s messages %s', count(*), template)
FROM notifications.messages
WHERE template IN ('order-confirmed', 'order-cancelled', 'seller-order-confirmed', 'seller-order-cancelled')
GROUP BY order_id, template
HAVING count(DISTINCT event_id) > 1
UNION ALL
SELECT m.order_id::text, format('message %s of child order %s', m.template, o.order_number)
FROM notifications.messages m
JOIN orders.orders o ON o.id = m.order_id
WHERE m.audience = 'CUSTOMER' AND o.parent_order_id IS NOT NULL
UNION ALL
SELECT m.order_id::text, format('message %s to seller %s, whose order it is not', m.template, m.seller_id)
FROM notifications.messages m
JOIN orders.orders o ON o.id = m.order_id
WHERE m.audience = 'SELLER'
  AND (o.seller_id IS DISTINCT FROM m.seller_id OR o.root_order_id <> coalesce(m.root_order_id, m.order_id))
UNION ALL
SELECT m.order_id::text, format('message %s to seller %s, who was not told of the order', m.template, m.seller_id)
FROM notifications.messages m
WHERE m.template IN ('seller-order-cancelled', 'seller-lines-cancelled')
  AND NOT EXISTS (
    SELECT FROM notifications.messages t
    WHERE t.order_id = m.order_id AND t.template = 'seller-order-confirmed' AND t.seller_id = m.seller_id)
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
