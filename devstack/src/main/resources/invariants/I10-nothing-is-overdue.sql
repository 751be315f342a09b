-- title: no order is PENDING past its expiry, no saga past its deadline, no reservation ACTIVE past its time
-- grace: the sweeper looks once a second, and sends again rather than at once
SELECT id::text AS id, format('order %s PENDING, expired at %s', order_number, expires_at) AS detail
FROM orders.orders
WHERE status = 'PENDING' AND expires_at < now() - :grace
UNION ALL
SELECT order_id::text, format('saga %s, due at %s, attempt %s, %s commands pending', step, least(deadline, pending_deadline), attempts,
                        jsonb_array_length(pending))
FROM orders.order_sagas
WHERE least(deadline, pending_deadline) < now() - :grace
UNION ALL
SELECT key, format('reservation ACTIVE, expired at %s', expires_at)
FROM inventory.reservations
WHERE status = 'ACTIVE' AND expires_at < now() - :grace
