package io.ordersystem.platform.reads;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Consistency;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.StalePrimary;
import io.ordersystem.platform.sql.Statements;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads for those who want to know, not for what decides: they may be a moment old. A replica
 * answers; the primary does when no replica answers in time, none is near enough, or none is
 * configured. A request that carries a {@code Consistency-Token} is answered by a replica only if
 * that has come so far, for which it waits a little. What a replica does not know is looked up on
 * the primary before anybody is told that it does not exist.
 *
 * <p>What a replica has answered, also a refusal, is judged by where the connection that answered
 * was: behind the caller's token, or too far behind for anybody, it is not taken. A primary that is
 * behind the token, or is none any more, is not believed either; there is nobody else to ask then,
 * and the database is away ({@link SqlFailures#isUnavailable}).
 *
 * <p>A reading sees one snapshot. It may run again, on the primary: it must have no effect of its
 * own.
 */
@Singleton
public class Reads {
  private static final int MORE_ATTEMPTS = 2;

  /**
   * A connection that breaks later than that has kept its caller waiting: for a server that is
   * silent, or in the queue of a pooler, which another attempt would make longer.
   */
  private static final Duration BREAKS_WITHIN = Duration.ofSeconds(3);

  private final Servers servers;
  private final MeterRegistry metrics;

  Reads(Servers servers, MeterRegistry metrics) {
    this.servers = servers;
    this.metrics = metrics;
  }

  /** Why the primary answers: the tag {@code why} of {@code reads.database}. */
  private enum Why {
    /** The caller, or the service itself, asked for it. */
    ASKED,
    /** There is no replica. */
    UNCONFIGURED,
    /** No replica is open: they do not answer, are too far behind, or left alone for a while. */
    AWAY,
    /** No replica, or not the connection that answered, had come to the caller's token. */
    BEHIND,
    /** The connection that answered was too far behind for anybody. */
    LAG,
    /** The replica did not know what was asked for. */
    MISSING,
    /** The replica took too long. */
    SLOW,
    /** The replica refused or broke off. */
    FAILED;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads as the request in hand requires, and has its answer say where that was. */
  public <T> Uni<T> read(Function<Statements, Uni<T>> reading) {
    return read(Consistency.required(), false, reading).map(Located::value);
  }

  /**
   * Reads on the primary, and has the answer of the request in hand say so. A server that is no
   * primary any more fails it.
   */
  public <T> Uni<T> readPrimary(Function<Statements, Uni<T>> reading) {
    Position required = Consistency.required();
    return told(onPrimary(
            required == null ? Position.BEYOND : required, false, settled(reading), Why.ASKED))
        .map(Located::value);
  }

  /**
   * Reads what includes everything up to a position.
   *
   * @param located whether the answer must say what it includes everything up to
   */
  <T> Uni<Located<T>> read(
      @Nullable Position atLeast, boolean located, Function<Statements, Uni<T>> reading) {
    var settled = settled(reading);
    return told(
        choose(atLeast)
            .chain(choice ->
                choice.standby() == null
                    ? onPrimary(atLeast, located, settled, choice.why())
                    : onStandby(choice.standby(), atLeast, located, settled)));
  }

  /**
   * Who is asked.
   *
   * @param standby null for the primary
   * @param why the primary, if it is
   */
  private record Choice(@Nullable Standby standby, Why why) {
    static Choice primary(Why why) {
      return new Choice(null, why);
    }
  }

  private Uni<Choice> choose(@Nullable Position atLeast) {
    if (Position.BEYOND.equals(atLeast)) {
      return Uni.createFrom().item(Choice.primary(Why.ASKED));
    }
    if (!servers.hasStandbys()) {
      return Uni.createFrom().item(Choice.primary(Why.UNCONFIGURED));
    }
    List<? extends Standby> open = servers.standbys();
    if (open.isEmpty()) {
      return Uni.createFrom().item(Choice.primary(Why.AWAY));
    }
    Standby first = open.getFirst();
    if (atLeast == null) {
      return Uni.createFrom().item(new Choice(first, Why.BEHIND));
    }
    for (Standby standby : open) {
      if (standby.covers(atLeast)) {
        return Uni.createFrom().item(new Choice(standby, Why.BEHIND));
      }
    }
    return first.await(atLeast).map(there -> new Choice(there ? first : null, Why.BEHIND));
  }

  private <T> Uni<Located<Answer<T>>> onStandby(
      Standby standby,
      @Nullable Position atLeast,
      boolean located,
      Function<Statements, Uni<Answer<T>>> reading) {
    return standby
        .read(true, reading)
        .invoke(read -> judge(standby, atLeast, read))
        .invoke(read -> count("replica", ""))
        .onFailure(Reads::isTheReplicas)
        .recoverWithUni(failure -> {
          standby.failed(failure);
          Log.debugf("Not read on the replica: %s", failure);
          return onPrimary(atLeast, located, reading, reason(failure));
        });
  }

  private <T> Uni<Located<Answer<T>>> onPrimary(
      @Nullable Position atLeast,
      boolean located,
      Function<Statements, Uni<Answer<T>>> reading,
      Why why) {
    Position told = Position.BEYOND.equals(atLeast) ? Consistency.told() : atLeast;
    long began = System.nanoTime();
    // Whoever has a token is not answered by a server that is none any more: it says so itself.
    return Uni.createFrom()
        .deferred(() -> servers.primary().read(located || atLeast != null, reading))
        // A month was detached under its eyes, locks were in each other's way, or its connection
        // broke, as single ones do: another one says what there is now.
        .onFailure(failure ->
            SqlFailures.isUndefinedTable(failure)
                || SqlFailures.isRetryable(failure)
                || (SqlFailures.isBroken(failure)
                    && System.nanoTime() - began < BREAKS_WITHIN.toNanos()))
        .retry()
        .atMost(MORE_ATTEMPTS)
        .invoke(read -> {
          if (told != null && read.position() != null && read.position().isStaleFor(told)) {
            throw new StalePrimary(read.position(), told);
          }
        })
        .invoke(read -> count("primary", why.tag()));
  }

  private static <T> void judge(
      Standby standby, @Nullable Position atLeast, Located<Answer<T>> read) {
    Position here = read.position();
    if (here == null || (atLeast != null && !here.covers(atLeast))) {
      throw new NotTaken(Why.BEHIND);
    }
    if (standby.isTooFarBehind(here)) {
      throw new NotTaken(Why.LAG);
    }
    if (read.value().isMissing()) {
      throw new NotTaken(Why.MISSING);
    }
  }

  /** What a replica has answered, and the primary is asked instead. */
  private static final class NotTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Why why;

    NotTaken(Why why) {
      super("its answer is not taken: " + why.tag(), null, false, false);
      this.why = why;
    }
  }

  /** What a reading came to: a value, or a refusal, which needs judging as much as a value does. */
  private record Answer<T>(Supplier<T> value, boolean isMissing) {
    static <T> Answer<T> of(T value) {
      return new Answer<>(() -> value, false);
    }

    static <T> Answer<T> refusal(DomainException refused) {
      return new Answer<>(
          () -> {
            throw refused;
          },
          refused.type().status() == ProblemType.NOT_FOUND.status());
    }
  }

  /** The same reading, its refusal an answer: with it comes the position that it is judged by. */
  private static <T> Function<Statements, Uni<Answer<T>>> settled(
      Function<Statements, Uni<T>> reading) {
    Function<Statements, Uni<Answer<T>>> answering =
        statements ->
            Uni.createFrom()
                .deferred(() -> reading.apply(statements))
                .map(Answer::of)
                .onFailure(DomainException.class)
                .recoverWithItem(refused -> Answer.refusal((DomainException) refused));
    return reading instanceof KeyedReading ? new KeyedReading<>(answering) : answering;
  }

  private static <T> Uni<Located<T>> told(Uni<Located<Answer<T>>> reading) {
    return reading
        .map(read -> new Located<>(read.value().value().get(), read.position(), read.source()))
        .invoke(read -> Consistency.readFrom(read.source()));
  }

  /**
   * Failures that the primary need not have: the replica is away or slow, does not know the table
   * yet, had to end the reading to go on replaying, or its answer is not taken.
   */
  private static boolean isTheReplicas(Throwable failure) {
    return failure instanceof NotTaken
        || failure instanceof PgException
        || SqlFailures.isUnavailable(failure);
  }

  private static Why reason(Throwable failure) {
    if (failure instanceof NotTaken refused) {
      return refused.why;
    }
    return SqlFailures.isTimeout(failure) ? Why.SLOW : Why.FAILED;
  }

  /** {@code reads.database}: by server, and of the primary's why no replica answered. */
  private void count(String source, String why) {
    metrics.counter("reads.database", "source", source, "why", why).increment();
  }
}
