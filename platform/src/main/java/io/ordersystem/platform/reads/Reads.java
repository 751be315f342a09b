package io.ordersystem.platform.reads;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Consistency;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Statements;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads for those who want to know, not for what decides: they may be a moment old. A replica
 * answers; the primary does when no replica answers in time, none is near enough, or none is
 * configured. A request that carries a {@code Consistency-Token} is answered by a replica only if
 * that has come so far, for which it waits a little. What a replica does not know is looked up on
 * the primary before anybody is told that it does not exist.
 *
 * <p>A reading sees one snapshot. It may run twice, the second time on the primary: it must have no
 * effect of its own.
 */
@Singleton
public class Reads {
  private final Servers servers;
  private final MeterRegistry metrics;

  Reads(Servers servers, MeterRegistry metrics) {
    this.servers = servers;
    this.metrics = metrics;
  }

  /** Reads as the request in hand requires, and has its answer say where that was. */
  public <T> Uni<T> read(Function<Statements, Uni<T>> reading) {
    return read(Consistency.required(), false, reading).map(Located::value);
  }

  /** Reads on the primary, and has the answer of the request in hand say so. */
  public <T> Uni<T> readPrimary(Function<Statements, Uni<T>> reading) {
    return onPrimary(false, reading, "asked").map(Located::value);
  }

  /**
   * Reads what includes everything up to a position.
   *
   * @param located whether the answer must say what it includes everything up to
   */
  <T> Uni<Located<T>> read(
      @Nullable Position atLeast, boolean located, Function<Statements, Uni<T>> reading) {
    return choose(atLeast)
        .chain(chosen ->
            chosen.isPresent()
                ? onStandby(chosen.get(), atLeast, located, reading)
                : onPrimary(located, reading, "none"))
        .invoke(read -> Consistency.readFrom(read.source()));
  }

  private Uni<Optional<Standby>> choose(@Nullable Position atLeast) {
    List<? extends Standby> open = servers.standbys();
    if (open.isEmpty()) {
      return Uni.createFrom().item(Optional.empty());
    }
    Standby first = open.getFirst();
    if (atLeast == null) {
      return Uni.createFrom().item(Optional.of(first));
    }
    for (Standby standby : open) {
      if (standby.covers(atLeast)) {
        return Uni.createFrom().item(Optional.of(standby));
      }
    }
    return first.await(atLeast).map(there -> there ? Optional.of(first) : Optional.empty());
  }

  private <T> Uni<Located<T>> onStandby(
      Standby standby,
      @Nullable Position atLeast,
      boolean located,
      Function<Statements, Uni<T>> reading) {
    return standby
        .read(located || atLeast != null, reading)
        .invoke(read -> {
          if (atLeast != null && (read.position() == null || !read.position().covers(atLeast))) {
            throw new Behind();
          }
        })
        .invoke(read -> count("replica", ""))
        .onFailure(Reads::isTheReplicas)
        .recoverWithUni(failure -> {
          standby.failed(failure);
          Log.debugf("Not read on the replica: %s", failure);
          return onPrimary(located, reading, reason(failure));
        });
  }

  private <T> Uni<Located<T>> onPrimary(
      boolean located, Function<Statements, Uni<T>> reading, String why) {
    return servers
        .primary()
        .read(located, reading)
        .invoke(read -> Consistency.readFrom(read.source()))
        .invoke(read -> count("primary", why));
  }

  /** The connection that answered is not as far as the replica was said to be. */
  private static final class Behind extends RuntimeException {
    Behind() {
      super("another server, or another one than before", null, false, false);
    }
  }

  /**
   * Failures that the primary need not have: the replica is away, does not know the table or the
   * order yet, or had to end the reading to go on replaying.
   */
  private static boolean isTheReplicas(Throwable failure) {
    return failure instanceof Behind
        || failure instanceof PgException
        || SqlFailures.isUnavailable(failure)
        || isMissing(failure);
  }

  private static boolean isMissing(Throwable failure) {
    return failure instanceof DomainException refused
        && refused.type().status() == ProblemType.NOT_FOUND.status();
  }

  private static String reason(Throwable failure) {
    if (failure instanceof Behind) {
      return "behind";
    }
    return isMissing(failure) ? "missing" : "failed";
  }

  /** {@code reads.database}: by server, and of the primary's why no replica answered. */
  private void count(String source, String why) {
    metrics.counter("reads.database", "source", source, "why", why).increment();
  }
}
