-- title: reserved is what ACTIVE reservations hold, and lies within 0 and on_hand
-- What was already committed of an ACTIVE line has left on_hand and reserved alike.
WITH held AS (
  SELECT variant_id, seller_id, sum(quantity - committed_quantity) AS quantity
  FROM inventory.inventory_reservations
  WHERE status = 'ACTIVE'
  GROUP BY variant_id, seller_id
)
SELECT variant_id || '|' || seller_id AS id,
       format('on hand %s, reserved %s, held by reservations %s', i.on_hand, i.reserved, coalesce(h.quantity, 0)) AS detail
FROM inventory.inventory i
LEFT JOIN held h USING (variant_id, seller_id)
WHERE i.reserved <> coalesce(h.quantity, 0)
   OR i.reserved < 0
   OR i.reserved > i.on_hand
