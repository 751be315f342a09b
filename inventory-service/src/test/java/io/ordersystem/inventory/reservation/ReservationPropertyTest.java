package io.ordersystem.inventory.reservation;

import static io.ordersystem.inventory.Warehouse.as;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offer;
import static io.ordersystem.inventory.Warehouse.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.inventory.reservation.Asked.Door;
import io.ordersystem.inventory.reservation.DecideReservations.Decision;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.reservation.ReservationCommand.Commit;
import io.ordersystem.inventory.reservation.ReservationCommand.Extend;
import io.ordersystem.inventory.reservation.ReservationCommand.GiveBack;
import io.ordersystem.inventory.reservation.ReservationCommand.Part;
import io.ordersystem.inventory.reservation.ReservationCommand.Release;
import io.ordersystem.inventory.reservation.ReservationCommand.ReleasePart;
import io.ordersystem.inventory.reservation.ReservationCommand.Reserve;
import io.ordersystem.inventory.reservation.ReservationCommand.Wanted;
import io.ordersystem.inventory.reservation.ReservationModel.Held;
import io.ordersystem.inventory.reservation.ReservationModel.Line;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random commands of both doors, movements and expiries on a few offers, in batches, against {@link
 * ReservationModel}. After each step the tables hold what the model says, and so the invariants.
 */
@QuarkusTest
class ReservationPropertyTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int STEPS = 60;

  @Inject DecideReservations decideReservations;
  @Inject ReservationEngine engine;
  @Inject Transactions transactions;
  @Inject Vertx vertx;

  private final ReservationModel model = new ReservationModel();
  private final List<StockKey> offers = new ArrayList<>();
  private final String run = "property-" + UUID.randomUUID();
  private int made;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theTablesSayWhatTheModelSays(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      offers.add(offered("v" + i, 5 + random.nextInt(10)));
    }
    for (int step = 0; step < STEPS; step++) {
      String what =
          switch (random.nextInt(10)) {
            case 0 -> movement(random);
            case 1 -> expiry(random);
            default -> commands(random);
          };
      verify("seed " + seed + ", step " + step + ": " + what);
    }
  }

  private StockKey offered(String variant, int onHand) {
    var key = new StockKey(run + "-" + variant, "s1");
    as(TestTokens.seller("s1"))
        .body(offer(onHand))
        .put(path(key.variantId(), "s1"))
        .then()
        .statusCode(201);
    model.onHand.put(key, onHand);
    return key;
  }

  private String movement(Random random) {
    StockKey key = any(offers, random);
    String type = List.of("RECEIPT", "ADJUSTMENT", "RETURN", "DAMAGE").get(random.nextInt(4));
    int quantity = 1 + random.nextInt(6);
    int signed =
        switch (type) {
          case "DAMAGE" -> -quantity;
          case "ADJUSTMENT" -> random.nextBoolean() ? quantity : -quantity;
          default -> quantity;
        };
    boolean granted = model.move(key, signed);
    as(TestTokens.seller("s1"))
        .body(
            "{\"type\": \"%s\", \"quantity\": %d, \"reason\": \"property\"}"
                .formatted(type, type.equals("ADJUSTMENT") ? signed : quantity))
        .post(path(key.variantId(), "s1") + "/movements")
        .then()
        .statusCode(granted ? 201 : 409);
    return type + " " + signed + " of " + key;
  }

  /** Makes one of those by REST due, and lets the sweeper end it. */
  private String expiry(Random random) {
    var active = keys(held -> held.door == Door.REST && !held.over);
    if (active.isEmpty()) {
      return "nothing to expire";
    }
    String key = any(active, random);
    database()
        .execute(
            """
            WITH lines AS (
              UPDATE inventory_reservations SET expires_at = now() - interval '1 second' WHERE group_key = ?)
            UPDATE reservations SET expires_at = now() - interval '1 second' WHERE key = ?
            """,
            key,
            key);
    engine.expireDue().await().atMost(SOON);
    model.expire(key);
    return "expiry of " + key;
  }

  private String commands(Random random) {
    var asked = new ArrayList<Asked>();
    var taken = new HashSet<String>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      Asked one = command(random);
      if (taken.add(one.command().key())) {
        asked.add(one);
      }
    }
    List<Decision> decisions =
        OwnContext.of(
                vertx, () -> transactions.inTransaction(tx -> decideReservations.decide(tx, asked)))
            .await()
            .atMost(SOON);
    for (int i = 0; i < asked.size(); i++) {
      Decision decision = decisions.get(i);
      boolean granted =
          decision.refusal() == null
              && !(asked.get(i).command() instanceof Reserve && decision.isShort());
      assertThat(granted)
          .as("%s: %s", asked.get(i), decision)
          .isEqualTo(model.apply(asked.get(i).command(), asked.get(i).door()));
    }
    return asked.toString();
  }

  private Asked command(Random random) {
    Door door = random.nextBoolean() ? Door.ORDERS : Door.REST;
    var own = keys(held -> held.door == door);
    if (own.isEmpty() || random.nextInt(3) == 0) {
      String key = run + "-" + ++made;
      return asked(
          door == Door.ORDERS && random.nextInt(8) == 0
              ? new Release(key)
              : reserve(key, door, random),
          door);
    }
    String key = any(own, random);
    Held held = model.held(key);
    String reference = "r" + ++made;
    var part = List.of(new Part(anyLine(held, random), 1 + random.nextInt(3)));
    return asked(
        switch (random.nextInt(door == Door.ORDERS ? 5 : 4)) {
          case 0 -> new Release(key);
          case 1, 2 -> new Commit(key, reference, part);
          case 3 ->
              door == Door.ORDERS
                  ? new ReleasePart(key, reference, part)
                  : new Extend(key, Duration.ofMinutes(10));
          default -> new GiveBack(key, reference, part);
        },
        door);
  }

  private Reserve reserve(String key, Door door, Random random) {
    var lines = new ArrayList<Wanted>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      lines.add(new Wanted(key + "/" + i, any(offers, random), 1 + random.nextInt(4)));
    }
    return new Reserve(key, lines, door == Door.ORDERS ? null : Duration.ofMinutes(10));
  }

  private static Asked asked(ReservationCommand command, Door door) {
    return new Asked(command, door, "property", null, Cause.NONE);
  }

  private void verify(String what) {
    var rows =
        database()
            .rows(
                """
                SELECT i.variant_id, i.on_hand, i.reserved,
                  (SELECT sum(m.quantity) FROM stock_movements m
                   WHERE m.variant_id = i.variant_id AND m.seller_id = i.seller_id)::int AS moved,
                  (SELECT coalesce(sum(r.quantity - r.committed_quantity), 0) FROM inventory_reservations r
                   WHERE r.variant_id = i.variant_id AND r.seller_id = i.seller_id AND r.status = 'ACTIVE')::int AS held
                FROM inventory i WHERE i.variant_id LIKE ?
                """,
                run + "%");
    assertThat(rows).hasSize(offers.size());
    for (var row : rows) {
      var key = new StockKey(String.valueOf(row.get("variant_id")), "s1");
      assertThat(row)
          .as(what)
          .containsEntry("on_hand", model.onHand.get(key))
          .containsEntry("moved", model.onHand.get(key)) // I1
          .containsEntry("reserved", model.reserved(key))
          .containsEntry("held", model.reserved(key)); // I2
      assertThat(model.available(key)).as(what).isNotNegative();
    }
    verifyReservations(what);
  }

  private void verifyReservations(String what) {
    var lines =
        database()
            .rows(
                """
                SELECT l.reservation_key, l.group_key, l.quantity, l.committed_quantity, l.status
                FROM inventory_reservations l WHERE l.group_key LIKE ?
                """,
                run + "%");
    for (var row : lines) {
      Held held = model.held(String.valueOf(row.get("group_key")));
      Line line =
          Objects.requireNonNull(held.lines.get(String.valueOf(row.get("reservation_key"))));
      boolean counts =
          Set.of(Status.ACTIVE.name(), Status.COMMITTED.name())
              .contains(String.valueOf(row.get("status")));
      assertThat(row).as(what).containsEntry("committed_quantity", line.gone);
      if (held.door == Door.ORDERS && counts) { // I4: what is wanted and was not cancelled
        assertThat(row).as(what).containsEntry("quantity", line.wanted - line.cancelled);
      }
      if (held.over) { // I5: who is done with holds nothing
        assertThat(row.get("status")).as(what).isNotEqualTo(Status.ACTIVE.name());
      }
    }
  }

  private List<String> keys(Predicate<Held> wanted) {
    return model.reservations.entrySet().stream()
        .filter(entry -> wanted.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String anyLine(Held held, Random random) {
    var lines = List.copyOf(held.lines.keySet());
    return lines.isEmpty() ? "none" : any(lines, random);
  }

  private static <T> T any(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
