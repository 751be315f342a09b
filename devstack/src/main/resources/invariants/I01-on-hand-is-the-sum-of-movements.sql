-- title: on_hand is the sum of its movements
-- A movement without an offer is as wrong as an offer that does not add up.
WITH moved AS (
  SELECT variant_id, seller_id, sum(quantity) AS quantity
  FROM inventory.stock_movements
  GROUP BY variant_id, seller_id
)
SELECT variant_id || '|' || seller_id AS id,
       format('on hand %s, movements %s', coalesce(i.on_hand::text, 'no offer'), coalesce(m.quantity, 0)) AS detail
FROM inventory.inventory i
FULL JOIN moved m USING (variant_id, seller_id)
WHERE i.on_hand IS DISTINCT FROM coalesce(m.quantity, 0)
