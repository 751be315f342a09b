package io.ordersystem.platform.sql;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Gives up on what takes too long. An event loop that is late for that is late for the answer, too:
 * it takes what has arrived first, or a busy process would believe that everybody else is slow.
 */
public final class Patience {
  private Patience() {}

  /**
   * The work, or a {@link TimeoutException}; the work itself goes on.
   *
   * @param patience from its subscription on
   */
  public static <T> Uni<T> within(Duration patience, Vertx vertx, Uni<T> work) {
    return Uni.createFrom()
        .emitter(answer -> {
          long timer =
              vertx.setTimer(
                  Math.max(1, patience.toMillis()),
                  late -> vertx.setTimer(1, over -> answer.fail(new TimeoutException())));
          answer.onTermination(() -> vertx.cancelTimer(timer));
          Cancellable _ = work.subscribe().with(answer::complete, answer::fail);
        });
  }
}
