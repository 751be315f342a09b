package io.ordersystem.devstack.data;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;

/**
 * Writes the offers of a fill: with as much stock as is held, and their movements of a month in
 * sum, what came in and what left.
 */
final class OfferBooks {
  /** They are withdrawn from the start; what is held on top of what is there already adds up. */
  private static final String WRITE =
      """
      WITH moved AS (
        SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::int[])
          AS m(variant_id, seller_id, name, unit_price, sold, held)
      ), offered AS (
        INSERT INTO inventory.inventory AS i (variant_id, seller_id, name, unit_price, currency, on_hand, reserved, created_at,
          updated_at, moved_at, deleted_at)
        SELECT variant_id, seller_id, name, unit_price, 'EUR', held, held, now(), now(), now(), now() FROM moved
        ON CONFLICT (variant_id, seller_id) DO UPDATE
        SET on_hand = i.on_hand + excluded.on_hand, reserved = i.reserved + excluded.reserved, version = i.version + 1
      )
      INSERT INTO inventory.stock_movements (id, variant_id, seller_id, type, quantity, reason, actor, created_at)
      SELECT uuidv7(), variant_id, seller_id, 'RECEIPT', sold + held, 'data fill: a month in sum', 'data-fill', now()
      FROM moved WHERE sold + held > 0
      UNION ALL
      SELECT uuidv7(), variant_id, seller_id, 'SHIPMENT', -sold, 'data fill: a month in sum', 'data-fill', now()
      FROM moved WHERE sold > 0
      """;

  private OfferBooks() {}

  /** What happened to the offers since the last call, in the connection's own transaction. */
  static void write(Connection superuser, Offers offers) throws SQLException {
    var variants = new ArrayList<String>();
    var sellers = new ArrayList<String>();
    var names = new ArrayList<String>();
    var prices = new ArrayList<Long>();
    var sold = new ArrayList<Integer>();
    var held = new ArrayList<Integer>();
    offers.drain((offer, left, reserved) -> {
      variants.add(Offers.variantId(offer));
      sellers.add(Offers.sellerIdOf(offer));
      names.add(Offers.name(offer));
      prices.add(Offers.price(offer));
      sold.add(left);
      held.add(reserved);
    });
    try (PreparedStatement statement = superuser.prepareStatement(WRITE)) {
      statement.setArray(1, superuser.createArrayOf("text", variants.toArray()));
      statement.setArray(2, superuser.createArrayOf("text", sellers.toArray()));
      statement.setArray(3, superuser.createArrayOf("text", names.toArray()));
      statement.setArray(4, superuser.createArrayOf("bigint", prices.toArray()));
      statement.setArray(5, superuser.createArrayOf("int", sold.toArray()));
      statement.setArray(6, superuser.createArrayOf("int", held.toArray()));
      statement.executeUpdate();
    }
  }
}
