package io.ordersystem.devstack.top;

import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import io.ordersystem.devstack.top.Observation.Offer;
import io.ordersystem.devstack.top.Observation.Stock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The offers of which most is reserved. */
final class HotOffers {
  private static final int LISTED = 10;

  /** A database that is busy is not made busier: the next look asks again. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String MOST_RESERVED =
      """
      SELECT variant_id, seller_id, reserved, on_hand FROM inventory.inventory
      WHERE reserved > 0 ORDER BY reserved DESC, variant_id, seller_id LIMIT %d
      """
          .formatted(LISTED);

  private final Supplier<ReadOnlyLogin> database;

  /**
   * @param database the primary, as a role that may read the schema of inventory-service
   */
  HotOffers(Supplier<ReadOnlyLogin> database) {
    this.database = database;
  }

  /** At most ten, with the reason when the database does not tell. */
  Stock read() {
    try (var connection = database.get().snapshot("order-system top", PATIENCE);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(MOST_RESERVED)) {
      var offers = new ArrayList<Offer>();
      while (rows.next()) {
        offers.add(
            new Offer(
                rows.getString("variant_id"),
                rows.getString("seller_id"),
                rows.getLong("reserved"),
                rows.getLong("on_hand")));
      }
      return new Stock(List.copyOf(offers), null);
    } catch (SQLException failure) {
      return new Stock(List.of(), "the database cannot be asked: " + failure.getMessage());
    }
  }
}
