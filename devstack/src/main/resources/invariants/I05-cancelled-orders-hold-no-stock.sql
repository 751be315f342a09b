-- title: a cancelled order holds no stock
-- grace: the release travels from order-service to inventory-service as a command
SELECT i.order_id AS id,
       format('cancelled %s, still holds %s of %s by %s', o.cancel_reason, r.quantity, r.variant_id, r.reservation_key) AS detail
FROM inventory.inventory_reservations r
JOIN orders.order_items i ON i.reservation_key = r.reservation_key
JOIN orders.orders o ON o.id = i.order_id
WHERE r.status = 'ACTIVE'
  AND o.status = 'CANCELLED'
  AND o.updated_at < now() - :grace
