package io.ordersystem.devstack.data;

import io.ordersystem.devstack.data.MadeOrder.Leaf;
import io.ordersystem.devstack.data.MadeOrder.Line;
import io.ordersystem.devstack.postgres.Database;
import java.sql.SQLException;
import java.util.List;

/** The rows of a month in inventory-service's tables: a hold per order that asked for one. */
final class StockLoads implements AutoCloseable {
  private final Load reservations;
  private final Load lines;
  private final Loads all = new Loads();
  private final Offers offers;

  StockLoads(Database database, Offers offers) throws SQLException {
    this.offers = offers;
    try {
      reservations =
          all.add(
              Load.into(
                  database,
                  "inventory.reservations",
                  false,
                  "key",
                  "status",
                  "version",
                  "created_at",
                  "updated_at",
                  "command_references"));
      lines =
          all.add(
              Load.into(
                  database,
                  "inventory.inventory_reservations",
                  false,
                  "reservation_key",
                  "group_key",
                  "variant_id",
                  "seller_id",
                  "quantity",
                  "committed_quantity",
                  "status",
                  "created_at"));
    } catch (SQLException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  void add(MadeOrder order) {
    Fate fate = order.fate();
    Life life = Life.of(order);
    String key = order.id().toString();
    List<String> parcels =
        fate.hasLeft()
            ? order.leaves().stream().map(leaf -> leaf.parcel().toString()).toList()
            : List.of();
    reservations
        .row()
        .text(key)
        .text(fate.hold)
        .bigint(1L + parcels.size())
        .time(life.decided())
        .time(fate.hasLeft() ? life.shipped() : life.decided())
        .texts(parcels);
    if (fate != Fate.OUT_OF_STOCK) {
      for (Leaf leaf : order.leaves()) {
        leaf.lines().forEach(line -> addLine(fate, life, key, leaf, line));
      }
    }
  }

  private void addLine(Fate fate, Life life, String key, Leaf leaf, Line line) {
    if (fate.hasLeft()) {
      offers.sold(line.offer(), line.quantity());
    } else if (fate.isCancelled()) {
      offers.named(line.offer());
    } else {
      offers.held(line.offer(), line.quantity());
    }
    lines
        .row()
        .text(line.id().toString())
        .text(key)
        .text(Offers.variantId(line.offer()))
        .text(leaf.sellerId())
        .integer(line.quantity())
        .integer(fate.hasLeft() ? line.quantity() : 0)
        .text(fate.hold)
        .time(life.decided());
  }

  void end() throws SQLException {
    all.end();
    OfferBooks.write(lines.connection(), offers);
  }

  void commit() throws SQLException {
    all.commit();
  }

  @Override
  public void close() throws SQLException {
    all.close();
  }
}
