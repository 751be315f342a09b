package io.ordersystem.platform.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class DrainingTest {
  private final CompletableFuture<Void> work = new CompletableFuture<>();

  @Test
  void waitsForABatchThatHasBegunAndForNoOther() throws Exception {
    var draining = new Draining(Duration.ofMinutes(1));
    CompletableFuture<Void> batch = begin(draining);
    var stop = CompletableFuture.runAsync(() -> stop(draining));
    assertThatThrownBy(() -> stop.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    work.complete(null);
    stop.get(10, TimeUnit.SECONDS);
    assertThat(batch).isCompleted();
  }

  @Test
  void beginsNothingAnyMore() {
    var draining = new Draining(Duration.ofMinutes(1));
    stop(draining);
    work.complete(null);
    assertThat(begin(draining)).isNotDone();
  }

  @Test
  void aBatchThatFailsIsOverToo() {
    var draining = new Draining(Duration.ofMinutes(1));
    CompletableFuture<Void> batch = begin(draining);
    work.completeExceptionally(new IllegalStateException("no"));
    stop(draining);
    assertThat(batch).isCompletedExceptionally();
  }

  @Test
  void itsPatienceEnds() {
    var draining = new Draining(Duration.ofMillis(50));
    CompletableFuture<Void> batch = begin(draining);
    stop(draining);
    assertThat(batch).isNotDone();
  }

  private CompletableFuture<Void> begin(Draining draining) {
    return draining
        .unlessStopping(
            () -> Uni.createFrom().completionStage(work), () -> Uni.createFrom().nothing())
        .subscribeAsCompletionStage();
  }

  private static void stop(Draining draining) {
    try {
      draining.stop(new ShutdownEvent());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
