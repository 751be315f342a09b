package io.ordersystem.payments.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.logging.Log;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Calls the provider: outside every transaction, on a virtual thread, and not at all while it is
 * taken for down.
 */
@Singleton
public class AskProvider {
  private final Guard guard;
  private final ExecutorService threads;
  private final FaultPoints faults;
  private final Timer calls;
  private final AtomicInteger open = new AtomicInteger();

  AskProvider(
      ProviderConfig config,
      @VirtualThreads ExecutorService threads,
      FaultPoints faults,
      MeterRegistry metrics) {
    this.guard =
        Guard.create()
            .withDescription("payment provider")
            .withCircuitBreaker()
            .requestVolumeThreshold(config.breakerWindow())
            .failureRatio(config.breakerFailureRatio())
            .delay(config.breakerPause().toMillis(), ChronoUnit.MILLIS)
            .failOn(ProviderUnanswered.class)
            .onStateChange(this::changed)
            .done()
            .build();
    this.threads = threads;
    this.faults = faults;
    this.calls =
        Durations.ofAnswers("payments.provider.calls")
            .description("Calls to the provider, answered or not")
            .register(metrics);
    metrics.gauge("payments.provider.circuit.open", open);
  }

  private void changed(CircuitBreakerState state) {
    open.set(state == CircuitBreakerState.OPEN ? 1 : 0);
    Log.warnf("The circuit breaker around the payment provider is %s", state);
  }

  /**
   * The provider's answer.
   *
   * @return fails with {@link ProviderUnanswered} when the provider may have acted, with a {@code
   *     CircuitBreakerOpenException} when it was not asked, and with an {@link
   *     IllegalStateException} when the calling chain has a transaction open; chains that run side
   *     by side need contexts of their own ({@code OwnContext})
   */
  public <T> Uni<T> call(Class<T> type, Supplier<T> call) {
    return Uni.createFrom()
        .deferred(() -> {
          Transactions.mustNotBeOpen();
          return faults.pass(FaultPoint.CALL_BEFORE);
        })
        .chain(() -> Uni.createFrom().item(() -> guarded(type, call)).runSubscriptionOn(threads))
        .call(() -> faults.pass(FaultPoint.CALL_AFTER));
  }

  private <T> T guarded(Class<T> type, Supplier<T> call) {
    return guard.get(() -> calls.record(call), type);
  }
}
