package io.ordersystem.payments.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.logging.Log;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
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
  private final Vertx vertx;
  private final FaultPoints faults;
  private final Timer calls;
  private final AtomicInteger open = new AtomicInteger();

  AskProvider(
      ProviderConfig config,
      @VirtualThreads ExecutorService threads,
      Vertx vertx,
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
    this.vertx = vertx;
    this.faults = faults;
    this.calls = metrics.timer("payments.provider.calls");
    metrics.gauge("payments.provider.circuit.open", open);
  }

  private void changed(CircuitBreakerState state) {
    open.set(state == CircuitBreakerState.OPEN ? 1 : 0);
    Log.warnf("The circuit breaker around the payment provider is %s", state);
  }

  /**
   * The provider's answer, in a context of its own: what another call has open beside this one is
   * not this one's.
   *
   * @return fails with {@link ProviderUnanswered} when the provider may have acted, and with a
   *     {@code CircuitBreakerOpenException} when it was not asked
   */
  public <T> Uni<T> call(Class<T> type, Supplier<T> call) {
    return OwnContext.of(
        vertx,
        () ->
            faults
                .pass(FaultPoint.CALL_BEFORE)
                .chain(() ->
                    Uni.createFrom().item(() -> guarded(type, call)).runSubscriptionOn(threads))
                .call(() -> faults.pass(FaultPoint.CALL_AFTER)));
  }

  private <T> T guarded(Class<T> type, Supplier<T> call) {
    Transactions.mustNotBeOpen();
    return guard.get(() -> calls.record(call), type);
  }
}
