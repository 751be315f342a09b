package io.ordersystem.payments.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The provider is left alone when it does not answer, and never called with a row lock held. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // injected before each test
class AskProviderTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Inject ProviderConfig config;
  @Inject @VirtualThreads ExecutorService threads;
  @Inject Vertx vertx;
  @Inject FaultPoints faults;
  @Inject Transactions transactions;

  private final AtomicInteger asked = new AtomicInteger();
  private AskProvider ask;

  /** One of its own: the service's must not be taken for down by what this test does. */
  @BeforeEach
  void begin() {
    ask = new AskProvider(config, threads, faults, new SimpleMeterRegistry());
  }

  @Test
  void nobodyIsAskedWhileTheProviderIsTakenForDown() {
    for (int i = 0; i < config.breakerWindow(); i++) {
      assertThatThrownBy(() -> await(unanswered())).isInstanceOf(ProviderUnanswered.class);
    }
    assertThatThrownBy(() -> await(unanswered())).isInstanceOf(CircuitBreakerOpenException.class);
    assertThat(asked.get()).isEqualTo(config.breakerWindow());
  }

  @Test
  void aRefusalIsAnAnswer() {
    for (int i = 0; i < 2 * config.breakerWindow(); i++) {
      assertThat(await(ask.call(Answer.class, () -> new Answer.Refused("no"))))
          .isEqualTo(new Answer.Refused("no"));
    }
  }

  @Test
  void aCallWithinATransactionIsRefused() {
    assertThatThrownBy(() -> await(transactions.inTransaction(tx -> unanswered())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("transaction is open");
    assertThat(asked.get()).isZero();
  }

  private Uni<String> unanswered() {
    return ask.call(
        String.class,
        () -> {
          asked.incrementAndGet();
          throw new ProviderUnanswered("no answer", new IOException("gone"));
        });
  }

  private <T> T await(Uni<T> work) {
    return OwnContext.of(vertx, () -> work).await().atMost(SOON);
  }
}
