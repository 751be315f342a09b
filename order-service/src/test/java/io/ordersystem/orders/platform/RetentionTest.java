package io.ordersystem.orders.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.Shop;
import io.ordersystem.platform.idempotency.KeyRetention;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Idempotency keys live seven days, and no longer however many there are. */
@QuarkusTest
class RetentionTest {
  private final TestDatabase database = Shop.database();
  private final String principal = "retention-" + UUID.randomUUID();

  @Inject KeyRetention retention;
  @Inject Vertx vertx;

  @Test
  void forgetsAllKeysThatAreSevenDaysOldAndNoOther() {
    keys(25_000, "7 days 1 minute");
    keys(10, "6 days 23 hours");
    OwnContext.of(vertx, retention::forget).await().atMost(Shop.SOON);
    assertThat(
            database.number("SELECT count(*) FROM idempotency_keys WHERE principal = ?", principal))
        .isEqualTo(10);
  }

  private void keys(int count, String age) {
    database.execute(
        """
        INSERT INTO idempotency_keys (principal, key, fingerprint, created_at)
        SELECT ?, gen_random_uuid()::text, '', now() - ?::interval FROM generate_series(1, ?)
        """,
        principal,
        age,
        count);
  }
}
