-- title: an order's amounts are those of its lines, a parent's those of its children
-- Every amount, not the total alone: two errors that cancel out are two errors.
WITH lines AS (
  SELECT order_id,
         sum(unit_price * quantity) AS items, sum(discount_amount) AS discount, sum(shipping_amount) AS shipping,
         sum(tax_amount) AS tax, sum(total_price) AS total
  FROM orders.order_items
  GROUP BY order_id
), children AS (
  SELECT parent_order_id AS order_id,
         sum(items_amount) AS items, sum(discount_amount) AS discount, sum(shipping_amount) AS shipping,
         sum(tax_amount) AS tax, sum(total_amount) AS total
  FROM orders.orders
  WHERE parent_order_id IS NOT NULL
  GROUP BY parent_order_id
)
SELECT o.id,
       format('total %s, %s %s', o.total_amount, CASE WHEN o.is_split THEN 'children' ELSE 'lines' END,
              coalesce(p.total::text, 'missing')) AS detail
FROM orders.orders o
LEFT JOIN lines l ON l.order_id = o.id
LEFT JOIN children c ON c.order_id = o.id
CROSS JOIN LATERAL (
  SELECT CASE WHEN o.is_split THEN c.items ELSE l.items END AS items,
         CASE WHEN o.is_split THEN c.discount ELSE l.discount END AS discount,
         CASE WHEN o.is_split THEN c.shipping ELSE l.shipping END AS shipping,
         CASE WHEN o.is_split THEN c.tax ELSE l.tax END AS tax,
         CASE WHEN o.is_split THEN c.total ELSE l.total END AS total
) p
WHERE (o.items_amount, o.discount_amount, o.shipping_amount, o.tax_amount, o.total_amount)
        IS DISTINCT FROM (p.items, p.discount, p.shipping, p.tax, p.total)
   OR (o.is_split AND l.order_id IS NOT NULL)
   OR (NOT o.is_split AND c.order_id IS NOT NULL)
