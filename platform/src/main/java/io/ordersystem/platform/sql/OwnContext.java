package io.ordersystem.platform.sql;

import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Runs a chain on a Vert.x context of its own, as each request has one. {@link
 * Transactions#mustNotBeOpen} knows a chain by its context: chains that run side by side on one
 * would be taken for each other.
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
}
