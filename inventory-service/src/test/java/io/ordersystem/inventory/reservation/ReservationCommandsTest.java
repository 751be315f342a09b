package io.ordersystem.inventory.reservation;

import static io.ordersystem.inventory.Warehouse.SOON;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offered;
import static io.ordersystem.inventory.Warehouse.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.inventory.ReturnStock;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestOutage;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ReservationCommandsTest {

  @Test
  void holdsReleasesAndCommitsAndSaysSo() {
    String tea = offered(10);
    String kept = reserve(tea, 4);
    awaitStatus(kept, "ACTIVE");
    assertThat(stock(tea)).containsEntry("reserved", 4).containsEntry("on_hand", 10);
    String given = reserve(tea, 6);
    awaitStatus(given, "ACTIVE");
    String refused = reserve(tea, 1);
    awaitStatus(refused, "REJECTED");
    command(EventType.RELEASE_STOCK, given, ReleaseStock.all(given, "EXPIRED"));
    awaitStatus(given, "RELEASED");
    command(
        EventType.COMMIT_STOCK,
        kept,
        new CommitStock(kept, "parcel-1", List.of(new CommitStock.Line(kept + "-1", 4))));
    awaitStatus(kept, "COMMITTED");
    assertThat(stock(tea)).containsEntry("reserved", 0).containsEntry("on_hand", 6);
    assertThat(movements(tea)).containsExactly(10, -4);
    try (var reader = TestKafka.read(Topic.RESERVATION_EVENTS)) {
      assertThat(reader.await(SOON, 2, r -> kept.equals(r.key())))
          .extracting(r -> r.type() + " " + r.headers().get("ce_aggregateversion"))
          .containsExactly(
              "io.ordersystem.reservation.reserved.v1 1",
              "io.ordersystem.reservation.committed.v1 2");
      assertThat(reader.await(SOON, r -> refused.equals(r.key())).json())
          .contains("\"requestedQuantity\":1", "\"availableQuantity\":0");
    }
  }

  @Test
  void takesAReservationInPartsEachOnceAndAnswersWithTheReference() {
    String tea = offered(10);
    String key = reserve(tea, 6);
    awaitStatus(key, "ACTIVE");
    for (int i = 0; i < 2; i++) { // sent again, as messages of their own
      command(
          EventType.COMMIT_STOCK,
          key,
          new CommitStock(key, "parcel-1", List.of(new CommitStock.Line(key + "-1", 3))));
      command(
          EventType.RELEASE_STOCK,
          key,
          new ReleaseStock(
              key, "CUSTOMER", "cancel-1", List.of(new ReleaseStock.Line(key + "-1", 1))));
      command(
          EventType.RETURN_STOCK,
          key,
          new ReturnStock(key, "refund-1", List.of(new ReturnStock.Line(key + "-1", 2))));
    }
    try (var reader = TestKafka.read(Topic.RESERVATION_EVENTS)) {
      var told = reader.await(SOON, 4, r -> key.equals(r.key()));
      assertThat(told)
          .extracting(r -> r.type() + " " + r.headers().get("ce_aggregateversion"))
          .containsExactly(
              "io.ordersystem.reservation.reserved.v1 1",
              "io.ordersystem.reservation.committed.v1 2",
              "io.ordersystem.reservation.released.v1 3",
              "io.ordersystem.reservation.returned.v1 4");
      assertThat(told.get(2).json())
          .contains("\"reference\":\"cancel-1\"", "\"status\":\"ACTIVE\"");
    }
    assertThat(stock(tea)).containsEntry("on_hand", 10 - 3 + 2).containsEntry("reserved", 2);
    assertThat(movements(tea)).containsExactly(10, -3, 2);
  }

  @Test
  void neverOversellsAHotOfferAndLeavesNothingUnsold() {
    String tea = offered(50);
    var keys = new ArrayList<String>();
    for (int i = 0; i < 120; i++) {
      keys.add(reserve(tea, 1));
    }
    keys.forEach(key -> await().atMost(SOON).until(() -> !statusOf(key).equals("NONE")));
    assertThat(keys.stream().filter(key -> statusOf(key).equals("ACTIVE"))).hasSize(50);
    assertThat(stock(tea)).containsEntry("reserved", 50);
  }

  @Test
  void aRepeatedCommandHasNoSecondEffect() {
    String tea = offered(10);
    String key = UUID.randomUUID().toString();
    UUID id = TestEvents.newId();
    var data = new ReserveStock(key, List.of(new ReserveStock.Line(key + "-1", tea, "s1", 3)));
    for (int i = 0; i < 20; i++) {
      TestEvents.publish(id, EventType.RESERVE_STOCK, key, key, 0, data);
    }
    command(EventType.RESERVE_STOCK, key, data);
    String after = reserve(tea, 1);
    awaitStatus(after, "ACTIVE");
    await().atMost(SOON).untilAsserted(() -> assertThat(stock(tea)).containsEntry("reserved", 4));
  }

  @Test
  void aReleaseThatOvertakesItsReserveWins() {
    String tea = offered(10);
    String key = UUID.randomUUID().toString();
    command(EventType.RELEASE_STOCK, key, ReleaseStock.all(key, "EXPIRED"));
    awaitStatus(key, "RELEASED");
    command(
        EventType.RESERVE_STOCK,
        key,
        new ReserveStock(key, List.of(new ReserveStock.Line(key + "-1", tea, "s1", 3))));
    String after = reserve(tea, 1);
    awaitStatus(after, "ACTIVE");
    assertThat(statusOf(key)).isEqualTo("RELEASED");
    assertThat(stock(tea)).containsEntry("reserved", 1);
  }

  @Test
  void parksACommandThatMakesNoSenseAndServesItsNeighbours() {
    String tea = offered(10);
    String odd = UUID.randomUUID().toString();
    command(
        EventType.COMMIT_STOCK,
        odd,
        new CommitStock(odd, "parcel-1", List.of(new CommitStock.Line("never-held", 4))));
    String neighbour = reserve(tea, 1);
    awaitStatus(neighbour, "ACTIVE");
    await()
        .atMost(SOON)
        .until(() ->
            !database().rows("SELECT reason FROM parked_messages WHERE key = ?", odd).isEmpty());
    String behind = odd;
    command(EventType.RELEASE_STOCK, behind, ReleaseStock.all(odd, "EXPIRED"));
    await()
        .atMost(SOON)
        .until(() ->
            database().rows("SELECT reason FROM parked_messages WHERE key = ?", odd).size() == 2);
  }

  @Test
  void goesOnWhereItWasWhenItsDatabaseIsBack() {
    String tea = offered(10);
    String key;
    try (var outage = TestOutage.stopPostgres()) {
      key = reserve(tea, 2);
    }
    await()
        .atMost(SOON.multipliedBy(2))
        .ignoreExceptions()
        .until(() -> statusOf(key).equals("ACTIVE"));
    assertThat(stock(tea)).containsEntry("reserved", 2);
  }

  private static String reserve(String variant, int quantity) {
    String key = UUID.randomUUID().toString();
    command(
        EventType.RESERVE_STOCK,
        key,
        new ReserveStock(key, List.of(new ReserveStock.Line(key + "-1", variant, "s1", quantity))));
    return key;
  }

  private static void command(EventType type, String key, Record data) {
    TestEvents.publish(type, key, key, 0, data);
  }

  private static void awaitStatus(String key, String status) {
    await().atMost(SOON).untilAsserted(() -> assertThat(statusOf(key)).isEqualTo(status));
  }

  private static String statusOf(String key) {
    var rows = database().rows("SELECT status FROM reservations WHERE key = ?", key);
    return rows.isEmpty() ? "NONE" : String.valueOf(rows.getFirst().get("status"));
  }

  private static List<Integer> movements(String variant) {
    return database()
        .rows("SELECT quantity FROM stock_movements WHERE variant_id = ? ORDER BY id", variant)
        .stream()
        .map(row -> (Integer) Objects.requireNonNull(row.get("quantity")))
        .toList();
  }
}
