package io.ordersystem.notifications.webhook;

import static io.ordersystem.devstack.webhook.WebhookReceiver.status;
import static io.ordersystem.notifications.webhook.Hook.CONFIRMED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestMail;
import io.ordersystem.devstack.webhook.WebhookReceiver;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.work.Draining;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Days of retries, by a sender of the test's own whose clock the test sets. It begins a month ahead
 * of the machine's, so that the service's own sender finds nothing due.
 */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // filled before each test
class WebhookScheduleTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  @Inject Transactions transactions;
  @Inject DeliveryQueue queue;
  @Inject WebhookChannel channel;
  @Inject Owners owners;
  @Inject WebhookConfig config;
  @Inject FaultPoints faults;
  @Inject Draining draining;
  @Inject Vertx vertx;
  @Inject MeterRegistry metrics;

  private final String seller = "hooks-" + UUID.randomUUID();
  private final Instant began =
      Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.MILLIS);
  private Instant now = began;
  private WebhookReceiver receiver;
  private SendWebhooks sender;
  private Hook hook;

  @BeforeEach
  void open() throws IOException {
    receiver = WebhookReceiver.start();
    sender = sender();
    hook = Hook.of(receiver, seller, false, CONFIRMED);
  }

  private SendWebhooks sender() {
    InstantSource time = () -> now;
    return new SendWebhooks(
        transactions,
        queue,
        channel,
        owners,
        config,
        faults,
        vertx,
        time.withZone(ZoneOffset.UTC),
        draining,
        metrics);
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void retriesByTheScheduleAndThenGivesUp() {
    receiver.behave(hook.path(), status(500));
    UUID delivery = queued();
    List<Instant> attempts = new ArrayList<>();
    for (int i = 0; i <= PAUSES.size(); i++) {
      pass();
      attempts.add(now);
      assertThat(hook.received()).hasSize(i + 1);
      if (i < PAUSES.size()) {
        now = nextAttempt(delivery).minusMillis(1);
        pass();
        assertThat(hook.received()).as("not a moment earlier").hasSize(i + 1);
        now = now.plusMillis(1);
      }
    }
    for (int i = 0; i < PAUSES.size(); i++) {
      Duration pause = Duration.between(attempts.get(i), attempts.get(i + 1));
      assertThat(pause).isBetween(PAUSES.get(i), PAUSES.get(i).multipliedBy(6).dividedBy(5));
    }
    assertThat(Duration.between(attempts.getFirst(), attempts.getLast()))
        .isGreaterThan(Duration.ofHours(24));
    hook.awaitDeliveries("FAILED", 1);
    now = now.plus(Duration.ofDays(1));
    pass();
    assertThat(hook.received()).as("it has failed for good").hasSize(PAUSES.size() + 1);
    hook.call().get(hook.route()).then().body("status", equalTo("ENABLED"));
  }

  @Test
  void anEndpointThatWorksAgainGetsWhatWaits() {
    receiver.behave(hook.path(), status(500));
    UUID delivery = queued();
    for (int i = 0; i < 8; i++) {
      pass();
      now = nextAttempt(delivery);
    }
    assertThat(Duration.between(began, now)).isGreaterThan(Duration.ofHours(51));
    receiver.behave(hook.path(), status(204));
    pass();
    hook.awaitDeliveries("DELIVERED", 1);
    assertThat(hook.received()).hasSize(9);
  }

  @Test
  void afterFiveDaysOfFailuresItIsDisabledAndItsOwnerTold() throws Exception {
    String address = Hook.readsMailIn(seller, "de");
    receiver.behave(hook.path(), status(500));
    queued();
    pass();
    now = began.plus(Duration.ofDays(5)).minusSeconds(1);
    queued();
    pass();
    hook.call().get(hook.route()).then().body("status", equalTo("ENABLED"));
    now = now.plusSeconds(1);
    queued();
    // More than once: the service's own sender may just look at the endpoint, and a pass leaves out
    // what somebody else has locked.
    await()
        .atMost(Hook.SOON)
        .untilAsserted(() -> {
          pass();
          hook.call()
              .get(hook.route())
              .then()
              .body("status", equalTo("DISABLED"))
              .body("disabledReason", equalTo("FAILING"));
        });
    hook.awaitDeliveries("PENDING", 0);
    await().atMost(Hook.SOON).until(() -> !TestMail.to(address).isEmpty());
    assertThat(TestMail.to(address)).as("also whoever wants no optional mail is told").hasSize(1);
    assertThat(TestMail.to(address).getFirst().getSubject()).contains("127.0.0.1");
    int posted = hook.received().size();
    now = now.plus(Duration.ofDays(1));
    pass();
    assertThat(hook.received()).hasSize(posted);
  }

  @Test
  void oneSuccessBeginsTheFiveDaysAnew() {
    receiver.behave(hook.path(), status(500));
    queued();
    pass();
    now = began.plus(Duration.ofDays(4));
    receiver.behave(hook.path(), status(200));
    pass();
    receiver.behave(hook.path(), status(500));
    now = began.plus(Duration.ofDays(6));
    queued();
    pass();
    hook.call()
        .get(hook.route())
        .then()
        .body("status", equalTo("ENABLED"))
        .body("consecutiveFailures", equalTo(1));
  }

  @Test
  void twoProcessesGiveAnEndpointItsPlacesOnceAndKeepItsOrder() {
    hook.call().body(Map.of("ordered", true)).patch(hook.route()).then().statusCode(200);
    receiver.behave(hook.path(), receiver.after(Duration.ofMillis(20), status(204)));
    List<UUID> messages = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      queued();
      messages.add(lastMessage());
    }
    SendWebhooks other = sender();
    for (int i = 0; i < 15; i++) {
      Uni.join().all(sender.pass(), other.pass()).andFailFast().await().atMost(LIMIT);
    }
    hook.awaitDeliveries("DELIVERED", 15);
    assertThat(
            hook.received().stream()
                .map(post -> UUID.fromString(String.valueOf(post.headers().get("webhook-id")))))
        .containsExactlyElementsOf(messages);
  }

  @Test
  void fourThatAreGoneAtOnceDoNotWaitForEachOther() {
    var together = new CyclicBarrier(4);
    receiver.behave(
        hook.path(),
        (exchange, nth) -> {
          try {
            together.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
          }
          exchange.sendResponseHeaders(410, -1);
        });
    for (int i = 0; i < 4; i++) {
      queued();
    }
    double before = deadlocks();
    pass();
    hook.call().get(hook.route()).then().body("disabledReason", equalTo("GONE"));
    hook.awaitDeliveries("FAILED", 4);
    assertThat(deadlocks()).isEqualTo(before);
  }

  private double deadlocks() {
    return metrics.find("db.transaction.retries").tag("sqlstate", "40P01").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  void whatTheOldAddressAnswersSaysNothingAboutTheNewOne() throws Exception {
    var posted = new CountDownLatch(1);
    var moved = new CountDownLatch(1);
    receiver.behave(
        hook.path(),
        (exchange, nth) -> {
          posted.countDown();
          try {
            assertThat(moved.await(10, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(410, -1);
        });
    queued();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> passing = threads.submit(this::pass);
      assertThat(posted.await(10, TimeUnit.SECONDS)).isTrue();
      hook.call()
          .body(Map.of("url", receiver.url("/moved" + hook.path())))
          .patch(hook.route())
          .then()
          .statusCode(200);
      moved.countDown();
      passing.get(20, TimeUnit.SECONDS);
    }
    hook.call()
        .get(hook.route())
        .then()
        .body("status", equalTo("ENABLED"))
        .body("consecutiveFailures", equalTo(0));
  }

  private UUID lastMessage() {
    return UUID.fromString(
        String.valueOf(
            Hook.database()
                .rows(
                    "SELECT message_id FROM webhook_deliveries WHERE endpoint_id = ? ORDER BY sequence DESC LIMIT 1",
                    hook.id())
                .getFirst()
                .get("message_id")));
  }

  private void pass() {
    sender.pass().await().atMost(LIMIT);
  }

  /** A delivery that is due now, by this test's clock. */
  private UUID queued() {
    UUID message = TestEvents.newId();
    UUID delivery = TestEvents.newId();
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    Hook.database()
        .execute(
            "INSERT INTO webhook_messages (id, type, body, created_at) VALUES (?, ?, '{}', ?)",
            message,
            CONFIRMED,
            at);
    Hook.database()
        .execute(
            """
            INSERT INTO webhook_deliveries (id, endpoint_id, message_id, sequence_key, status, next_attempt_at, created_at)
            VALUES (?, ?, ?, 'key', 'PENDING', ?, ?)
            """,
            delivery,
            hook.id(),
            message,
            at,
            at);
    return delivery;
  }

  private Instant nextAttempt(UUID delivery) {
    var row =
        Hook.database()
            .rows(
                "SELECT next_attempt_at::text AS t FROM webhook_deliveries WHERE id = ?", delivery)
            .getFirst();
    return OffsetDateTime.parse(
            String.valueOf(row.get("t")).replace(' ', 'T').replaceFirst("([+-]\\d\\d)$", "$1:00"))
        .toInstant();
  }
}
