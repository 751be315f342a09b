package io.ordersystem.platform.sql;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** What a failed statement means, by SQLSTATE (PostgreSQL manual, appendix A). */
public final class SqlFailures {
  private static final Set<String> RETRYABLE = Set.of("40001", "40P01");

  /** By this text the client knows, too, that it has to prepare a statement anew. */
  private static final String PLAN_CHANGED = "cached plan must not change result type";

  private SqlFailures() {}

  /** The five-character SQLSTATE, or {@code none}. */
  public static String sqlState(Throwable failure) {
    return failure instanceof PgException refused ? refused.getSqlState() : "none";
  }

  /** The same transaction may succeed when it is run again. */
  public static boolean isRetryable(Throwable failure) {
    return RETRYABLE.contains(sqlState(failure)) || isOutdated(failure);
  }

  /**
   * A table has changed since the statement was prepared, and with it what the statement returns.
   * Directly the next attempt on the same connection succeeds; over a pooler one in another session
   * may.
   */
  public static boolean isOutdated(Throwable failure) {
    return failure instanceof PgException refused
        && "0A000".equals(refused.getSqlState())
        && PLAN_CHANGED.equals(refused.getErrorMessage());
  }

  /** A unique key was taken; {@code constraint} names its index (on a partition: its own name). */
  public static boolean isUniqueViolation(Throwable failure, String constraintPart) {
    return failure instanceof PgException refused
        && "23505".equals(refused.getSqlState())
        && String.valueOf(refused.getConstraint()).contains(constraintPart);
  }

  /** There is no table of that name. */
  public static boolean isUndefinedTable(Throwable failure) {
    return "42P01".equals(sqlState(failure));
  }

  /** A lock was not had within {@code lock_timeout}. */
  public static boolean isLockTimeout(Throwable failure) {
    return "55P03".equals(sqlState(failure));
  }

  /** Others are in the way, or somebody cancelled the statement; the work itself is not refused. */
  public static boolean isPassing(Throwable failure) {
    return isUnavailable(failure)
        || isRetryable(failure)
        || isLockTimeout(failure)
        || "57014".equals(sqlState(failure));
  }

  /**
   * The database is away, starting, stopping, out of connections, or read-only or in recovery after
   * a failover: not the caller's fault, and worth another try later. A server in recovery says
   * 55000 when it is asked where it writes; no statement of ours has another reason for that state.
   */
  public static boolean isUnavailable(Throwable failure) {
    String state = sqlState(failure);
    return state.startsWith("08")
        || state.startsWith("57P")
        || state.startsWith("53")
        || "25006".equals(state)
        || "55000".equals(state)
        || isConnectionLoss(failure)
        || failure instanceof StalePrimary
        || failure instanceof CommitUnknown;
  }

  /** Nobody is let in there: refused by the host, or by a server that starts or stops. */
  public static boolean isRefused(Throwable failure) {
    return failure instanceof ConnectException || "57P03".equals(sqlState(failure));
  }

  /** A connection that had been made broke: its server, the network, or somebody ended it. */
  public static boolean isBroken(Throwable failure) {
    return failure instanceof ClosedConnectionException
        || (failure instanceof IOException && !isRefused(failure))
        || failure instanceof UncheckedIOException
        || sqlState(failure).startsWith("08")
        || (sqlState(failure).startsWith("57P") && !isRefused(failure));
  }

  /** No answer, or no connection out of the pool, within the time that there was for it. */
  public static boolean isTimeout(Throwable failure) {
    return failure instanceof TimeoutException
        || failure instanceof io.smallrye.mutiny.TimeoutException
        || failure instanceof ConnectionPoolTooBusyException
        // The pool says "Timeout" (no connection within the limit) with this type and no other.
        || failure instanceof NoStackTraceThrowable;
  }

  /** The connection was refused or broke. */
  static boolean isConnectionLoss(Throwable failure) {
    if (failure instanceof PgException refused) {
      // A server that still answers; its word counts, not that its answer travels as an exception.
      return refused.getSqlState().startsWith("08") || refused.getSqlState().startsWith("57P");
    }
    return failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof TimeoutException
        || failure instanceof io.smallrye.mutiny.TimeoutException
        || failure instanceof VertxException
        // The pool says "Timeout" (no connection within the limit) with this type and no other.
        || failure instanceof NoStackTraceThrowable;
  }
}
