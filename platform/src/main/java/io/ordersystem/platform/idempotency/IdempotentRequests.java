package io.ordersystem.platform.idempotency;

import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One effect per {@code Idempotency-Key}: the key's row, the effect and the stored answer commit
 * together, so a crash in the middle leaves no key behind. The row is the lock: a concurrent repeat
 * waits for it up to five seconds.
 *
 * <p>Semantics follow the IETF draft "The Idempotency-Key HTTP Header Field": 422 for another
 * request under the same key, 409 while the first is still running. Keys belong to the caller.
 */
@Singleton
public class IdempotentRequests {
  private static final int KEY_LIMIT = 255;

  private static final String FIND =
      "SELECT * FROM idempotency_keys WHERE principal = $1 AND key = $2";

  private final Pool pool;
  private final EventFormat format;
  private final Clock clock;

  IdempotentRequests(Pool pool, EventFormat format, Clock clock) {
    this.pool = pool;
    this.format = format;
    this.clock = clock;
  }

  /**
   * The header's value without the quotes of a structured field string.
   *
   * @throws DomainException {@code validation-failed} when it is empty or longer than 255
   */
  public static @Nullable String key(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String key = header.strip();
    if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
      key = key.substring(1, key.length() - 1);
    }
    if (key.isEmpty() || key.length() > KEY_LIMIT) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "Idempotency-Key must have 1 to 255 characters");
    }
    return key;
  }

  /**
   * What an earlier request with this key was answered; empty for a new key. For work before the
   * transaction that would judge a repeat by what has changed since.
   *
   * @throws DomainException {@code idempotency-key-reused}
   */
  public Uni<Optional<StoredAnswer>> find(
      Caller caller, @Nullable String key, String operation, Object request) {
    if (key == null) {
      return Uni.createFrom().item(Optional.empty());
    }
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(caller.subject(), key))
        .map(rows ->
            rows.iterator().hasNext()
                ? Optional.of(stored(rows, fingerprint(operation, request)))
                : Optional.empty());
  }

  /**
   * Runs the action, or answers what it answered the first time.
   *
   * @param operation method and route template; part of what must be the same on a repeat
   * @param request the request as it was understood; the other part
   */
  public Uni<StoredAnswer> once(
      Tx tx,
      Caller caller,
      @Nullable String key,
      String operation,
      Object request,
      Supplier<Uni<StoredAnswer>> action) {
    if (key == null) {
      return action.get();
    }
    Buffer fingerprint = fingerprint(operation, request);
    return claim(tx, caller, key, fingerprint)
        .chain(claimed ->
            claimed == 1
                ? action.get().call(answer -> store(tx, caller, key, answer))
                : replay(tx, caller, key, fingerprint));
  }

  private Uni<Integer> claim(Tx tx, Caller caller, String key, Buffer fingerprint) {
    return tx.query("SELECT set_config('lock_timeout', '5s', true)")
        .chain(() ->
            tx.update(
                """
                INSERT INTO idempotency_keys (principal, key, fingerprint, created_at)
                VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
                """,
                caller.subject(),
                key,
                fingerprint,
                OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)))
        .onFailure(SqlFailures::isLockTimeout)
        .transform(failure ->
            new DomainException(
                ProblemType.KEY_IN_USE, "the first request with this key is still running"));
  }

  private static Uni<Integer> store(Tx tx, Caller caller, String key, StoredAnswer answer) {
    return tx.update(
        """
        UPDATE idempotency_keys SET status = $3, location = $4, etag = $5, body = $6
        WHERE principal = $1 AND key = $2
        """,
        caller.subject(),
        key,
        answer.status(),
        answer.location(),
        answer.etag(),
        answer.body());
  }

  private static Uni<StoredAnswer> replay(Tx tx, Caller caller, String key, Buffer fingerprint) {
    return tx.query(FIND, caller.subject(), key).map(rows -> stored(rows, fingerprint));
  }

  private static StoredAnswer stored(RowSet<Row> rows, Buffer fingerprint) {
    if (!rows.iterator().hasNext()) {
      throw new DomainException(
          ProblemType.KEY_IN_USE, "the first request with this key was just undone");
    }
    Row row = rows.iterator().next();
    if (!fingerprint.equals(row.getDelegate().getBuffer("fingerprint"))) {
      throw new DomainException(
          ProblemType.KEY_REUSED, "this key was used for a request with another content");
    }
    return new StoredAnswer(
        row.getInteger("status"),
        row.getString("location"),
        row.getString("etag"),
        row.getString("body"),
        true);
  }

  private Buffer fingerprint(String operation, Object request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(operation.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(format.canonical(request).getBytes(StandardCharsets.UTF_8));
      return Buffer.buffer(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
