package io.ordersystem.notifications.delivery;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which messages go first, how many, and what is seen of those that do not. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class QueueTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int NEEDED = 0;
  private static final int OPTIONAL = 1;

  @Inject SlowChannel slow;

  @TestHTTPResource(value = "/metrics", management = true)
  URL metrics;

  @BeforeEach
  void nothingIsQueuedAndNothingMayBeSent() {
    database()
        .execute(
            "DELETE FROM message_attempts WHERE message_id IN (SELECT id FROM messages WHERE channel <> 'EMAIL')");
    database().execute("DELETE FROM messages WHERE channel <> 'EMAIL'");
    database().execute("DELETE FROM channel_budgets");
    give(0);
  }

  @Test
  void sendsAsManyAsTheChannelMay() {
    database().execute("DELETE FROM channel_budgets");
    List<UUID> queued = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      queued.add(queue("SLOW", NEEDED, "1 minute"));
    }
    awaitSent(queued, 3);
    holdsForAWhile(queued, 3);
    give(2);
    awaitSent(queued, 5);
    holdsForAWhile(queued, 5);
  }

  @Test
  void sendsWhatIsNeededBeforeWhatIsOptional() {
    UUID parcel = queue("SLOW", OPTIONAL, "5 minutes");
    UUID first = queue("SLOW", NEEDED, "2 minutes");
    UUID second = queue("SLOW", NEEDED, "1 minute");
    List<UUID> all = List.of(parcel, first, second);
    for (int sent = 1; sent <= 3; sent++) {
      give(1);
      awaitSent(all, sent);
    }
    assertThat(sentOf(all)).containsExactly(first, second, parcel);
  }

  @Test
  void neverLetsWhatIsOptionalStarve() {
    UUID needed = queue("SLOW", NEEDED, "1 minute");
    UUID old = queue("SLOW", OPTIONAL, "12 minutes");
    List<UUID> both = List.of(needed, old);
    give(1);
    awaitSent(both, 1);
    assertThat(sentOf(both)).containsExactly(old);
  }

  /** More than there are places, and all of them due before the one that is wanted. */
  @Test
  void laysAsideWhatIsNotWantedAndSpendsNothingOnIt() {
    String seller = "s-" + TestEvents.newId();
    database()
        .execute(
            "INSERT INTO preferences (audience, party_id, email, channels, version, updated_at)"
                + " VALUES ('SELLER', ?, 'a@example.org', '{EMAIL}', 1, now())",
            seller);
    database()
        .execute(
            """
            INSERT INTO messages (id, order_id, event_id, audience, seller_id, template, channel, priority, content, recipient,
              status, next_attempt_at, version, created_at, updated_at)
            SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'SELLER', ?, 'seller-order-confirmed', 'SLOW', 1, '{}',
              'a@example.org', 'QUEUED', now() - interval '1 hour', 1, now(), now()
            FROM generate_series(1, 30)
            """,
            seller);
    UUID wanted = queue("SLOW", OPTIONAL, "1 minute");
    give(1);
    awaitSent(List.of(wanted), 1);
    assertThat(
            database()
                .number(
                    "SELECT count(*) FROM messages WHERE seller_id = ? AND status = 'SUPPRESSED' AND attempts = 0",
                    seller))
        .isEqualTo(30);
  }

  @Test
  void showsWhatWasGivenUp() {
    UUID parked = queue("SLOW", NEEDED, "1 minute");
    database()
        .execute(
            "UPDATE messages SET status = 'FAILED', next_attempt_at = NULL WHERE id = ?", parked);
    as(TestTokens.operator())
        .get("/api/notifications?status=FAILED&limit=100")
        .then()
        .statusCode(200)
        .body("items.status", everyItem(equalTo("FAILED")))
        .body("items.id", hasItem(parked.toString()));
    as(TestTokens.operator())
        .get("/api/notifications?status=PARKED")
        .then()
        .statusCode(422)
        .body("type", endsWith("validation-failed"));
    awaitMetric("notifications_parked\\{.*channel=\"SLOW\".*\\} 1.0");
  }

  @Test
  void countsWhatWaitsAndForHowLong() {
    queue("SLOW", NEEDED, "30 minutes");
    queue("SLOW", NEEDED, "-1 hour");
    awaitMetric("notifications_queue_depth\\{.*channel=\"SLOW\".*\\} 2.0");
    assertThat(metrics())
        .containsPattern("notifications_queue_age_seconds\\{.*channel=\"SLOW\".*\\} 18\\d\\d\\.0");
  }

  /** Another replica may have it; this one neither loses it nor keeps silent about it. */
  @Test
  void keepsAndCountsWhatHasAChannelThatIsNotThere() {
    UUID pigeon = queue("PIGEON", NEEDED, "1 minute");
    awaitMetric("notifications_queue_depth\\{.*channel=\"PIGEON\".*\\} 1.0");
    assertThat(
            database()
                .number(
                    "SELECT count(*) FROM messages WHERE id = ? AND status = 'QUEUED' AND attempts = 0",
                    pigeon))
        .isEqualTo(1);
  }

  @Test
  void countsAndTimesByChannel() {
    UUID one = queue("SLOW", NEEDED, "1 minute");
    give(1);
    awaitSent(List.of(one), 1);
    awaitMetric("notifications_sent_total\\{.*channel=\"SLOW\",template=\"webhook-disabled\"");
    awaitMetric("notifications_send_duration_seconds_count\\{.*channel=\"SLOW\",outcome=\"sent\"");
  }

  @Test
  void aSellerThatHasWithdrawnItsAddressGetsNothingMore() {
    String seller = "s-" + TestEvents.newId();
    give(0);
    UUID id = queue("SLOW", 0, "1 minute");
    database()
        .execute("UPDATE messages SET audience = 'SELLER', seller_id = ? WHERE id = ?", seller, id);
    give(10);
    await()
        .atMost(SOON)
        .until(() ->
            database()
                    .number(
                        "SELECT count(*) FROM messages WHERE id = ? AND status = 'SUPPRESSED' AND attempts = 0",
                        id)
                == 1);
    assertThat(sentOf(List.of(id))).isEmpty();
  }

  /** About no order, so that it has no event: the contract has no such channel. */
  private static UUID queue(String channel, int priority, String dueSince) {
    UUID id = TestEvents.newId();
    database()
        .execute(
            """
            INSERT INTO messages (id, event_id, audience, seller_id, template, channel, priority, content, recipient, status,
              next_attempt_at, version, created_at, updated_at)
            VALUES (?, ?, 'OPERATOR', NULL, 'webhook-disabled', ?, ?, '{"host": "h"}', 'a@example.org', 'QUEUED',
              now() - ?::interval, 1, now(), now())
            """,
            id,
            id,
            channel,
            priority,
            dueSince);
    return id;
  }

  private static void give(int tokens) {
    database()
        .execute(
            "INSERT INTO channel_budgets (channel, tokens, refilled_at) VALUES ('SLOW', ?, now())"
                + " ON CONFLICT (channel) DO UPDATE SET tokens = excluded.tokens",
            tokens);
  }

  private List<UUID> sentOf(List<UUID> messages) {
    return slow.sent().stream().filter(messages::contains).toList();
  }

  private void awaitSent(List<UUID> messages, int count) {
    await().atMost(SOON).until(() -> recorded(messages) == count);
    assertThat(sentOf(messages)).hasSize(count);
  }

  private void holdsForAWhile(List<UUID> messages, int count) {
    await()
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(() -> sentOf(messages).size() == count);
  }

  private static long recorded(List<UUID> messages) {
    return messages.stream()
        .filter(id ->
            database().number("SELECT count(*) FROM messages WHERE id = ? AND status = 'SENT'", id)
                == 1)
        .count();
  }

  private void awaitMetric(String pattern) {
    await().atMost(SOON).until(() -> Pattern.compile(pattern).matcher(metrics()).find());
  }

  private String metrics() {
    return given()
        .baseUri("http://127.0.0.1:" + metrics.getPort())
        .basePath("")
        .get("/q/metrics")
        .asString();
  }

  private static TestDatabase database() {
    return TestDatabase.ofService("notification");
  }

  private static io.restassured.specification.RequestSpecification as(String token) {
    return TestRequests.as(token);
  }
}
