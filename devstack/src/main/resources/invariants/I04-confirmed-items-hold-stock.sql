-- title: a confirmed item holds, or has taken, its quantity less what was cancelled of it
-- Stock is held before the order is confirmed, so this holds without any time of grace.
WITH held AS (
  SELECT reservation_key, variant_id, seller_id, sum(quantity) AS quantity
  FROM inventory.inventory_reservations
  WHERE status IN ('ACTIVE', 'COMMITTED')
  GROUP BY reservation_key, variant_id, seller_id
)
SELECT i.id,
       format('order %s, %s of %s: wants %s, holds %s', i.order_id, i.variant_id, i.seller_id,
              i.quantity - i.cancelled_quantity, coalesce(h.quantity, 0)) AS detail
FROM orders.order_items i
LEFT JOIN held h USING (reservation_key, variant_id, seller_id)
WHERE i.status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'REFUNDED')
  AND coalesce(h.quantity, 0) <> i.quantity - i.cancelled_quantity
