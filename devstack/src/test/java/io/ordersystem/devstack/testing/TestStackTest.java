package io.ordersystem.devstack.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TestStackTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestDatabase orders = TestDatabase.ofService("order");
  private final TestDatabase inventory = TestDatabase.ofService("inventory");

  @Test
  void replicatesARowToTheReplica() {
    orders.execute("create table if not exists replicated (id uuid primary key)");
    var id = UUID.randomUUID();

    orders.execute("insert into replicated values (?)", id);

    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(
                    orders.onReplica().number("select count(*) from replicated where id = ?", id))
                .isEqualTo(1));
  }

  @Test
  void keepsTheSchemasOfTheServicesApart() {
    orders.execute("create table if not exists secret (id int)");

    assertThatThrownBy(() -> inventory.rows("select * from orders.secret"))
        .hasRootCauseMessage("ERROR: permission denied for schema orders\n  Position: 15");
    assertThatThrownBy(() -> inventory.execute("create table public.elsewhere (id int)"))
        .rootCause()
        .hasMessageContaining("permission denied for schema public");
  }

  @Test
  void letsTheAuditorReadLaterTablesAndWriteNone() {
    orders.execute("create table if not exists audited (id int)");

    assertThat(TestDatabase.auditor().rows("select * from orders.audited")).isEmpty();
    assertThatThrownBy(
            () -> TestDatabase.auditor().execute("insert into orders.audited values (1)"))
        .rootCause()
        .hasMessageContaining("read-only transaction");
    assertThatThrownBy(() ->
            TestDatabase.auditor()
                .execute("begin read write; insert into orders.audited values (1)"))
        .rootCause()
        .hasMessageContaining("permission denied for table audited");
  }

  @Test
  void readsWhatWasPublished() {
    var key = UUID.randomUUID().toString();
    try (var reader = TestKafka.readFromNow(Topic.ORDER_EVENTS)) {
      TestKafka.publish(Topic.ORDER_EVENTS, key, Map.of("ce_type", "t.v1"), "{\"a\":1}");

      var received = reader.await(LIMIT, message -> key.equals(message.key()));

      assertThat(received.json()).isEqualTo("{\"a\":1}");
      assertThat(received.type()).isEqualTo("t.v1");
    }
  }

  @Test
  void isTheSameStackForEveryTestOfTheJvm() {
    assertThat(TestEnvironment.current()).isEqualTo(TestEnvironment.current());
  }
}
