package io.ordersystem.platform.sql;

import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where a chain runs, and that it ends. {@link #of} runs it on a Vert.x context of its own, as each
 * request has one. {@link Transactions#mustNotBeOpen} knows a chain by its context: chains that run
 * side by side on one would be taken for each other.
 */
public final class OwnContext {
  private OwnContext() {}

  /** The work, begun on a new context when it is subscribed to. */
  public static <T> Uni<T> of(Vertx vertx, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(() -> {
          Context own =
              Objects.requireNonNull(
                  VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()));
          return Uni.createFrom()
              .voidItem()
              .emitOn(command -> own.runOnContext(ignored -> command.run()))
              .chain(() -> work.get());
        });
  }

  /**
   * The same work, its end delivered on the context that asked for it: for what ends wherever
   * somebody else's work ends.
   */
  public static <T> Uni<T> back(Uni<T> work) {
    return Uni.createFrom()
        .deferred(() -> {
          Context caller = Vertx.currentContext();
          return caller == null
              ? work
              : work.emitOn(command -> caller.runOnContext(ignored -> command.run()));
        });
  }

  /**
   * Work that goes on when its subscriber has gone: a client that hangs up cancels its request at
   * any moment. A connection must not go back to its pool in the middle of a transaction, or what
   * ends it hits whoever has the connection next; and one that is still waited for cannot be
   * declined.
   */
  public static <T> Uni<T> toTheEnd(Uni<T> work) {
    return Uni.createFrom()
        .emitter(answer -> {
          Cancellable _ = work.subscribe().with(answer::complete, answer::fail);
        });
  }
}
