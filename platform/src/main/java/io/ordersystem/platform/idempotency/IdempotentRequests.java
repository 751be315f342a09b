package io.ordersystem.platform.idempotency;

import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.CommitUnknown;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
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
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One effect per {@code Idempotency-Key}: the key's row, the effect and the stored answer commit
 * together, so a crash in the middle leaves no key behind. The uncommitted row is the lease: a
 * concurrent repeat waits for it up to five seconds, and it ends with the transaction that holds
 * it. A process that dies lets go of it at once, one whose host vanishes when the server ends its
 * session (ADR 6).
 *
 * <p>Semantics follow the IETF draft "The Idempotency-Key HTTP Header Field": 422 for another
 * request under the same key, 409 while the first is still running. Keys belong to the caller.
 */
@Singleton
public class IdempotentRequests {
  private static final int KEY_LIMIT = 255;

  private static final String FIND =
      """
      SELECT fingerprint, status, location, etag, body FROM idempotency_keys WHERE principal = $1 AND key = $2
      """;

  /** How often a request whose COMMIT was not answered goes again before its caller is told. */
  private static final int REPEATS = 3;

  private final Pool pool;
  private final Transactions transactions;
  private final EventFormat format;
  private final FaultPoints faults;
  private final Clock clock;

  IdempotentRequests(
      Pool pool, Transactions transactions, EventFormat format, FaultPoints faults, Clock clock) {
    this.pool = pool;
    this.transactions = transactions;
    this.format = format;
    this.faults = faults;
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
  public Uni<Optional<StoredAnswer>> find(Request request) {
    if (request.key() == null) {
      return Uni.createFrom().item(Optional.empty());
    }
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(request.caller().subject(), request.key()))
        .map(rows ->
            rows.iterator().hasNext()
                ? Optional.of(stored(rows, fingerprint(request.operation(), request.content())))
                : Optional.<StoredAnswer>empty())
        .call(answer -> answer.isPresent() ? transactions.locate() : Uni.createFrom().voidItem());
  }

  /** A request as repeats are recognised by it. */
  public record Request(Caller caller, @Nullable String key, String operation, Object content) {
    /**
     * A request.
     *
     * @param key the {@code Idempotency-Key} without quotes
     * @param operation method and route; part of what must be the same on a repeat
     * @param content the request as it was understood; the other part
     */
    public Request {}
  }

  /** Runs the action in a transaction, or answers what it answered the first time. */
  public Uni<StoredAnswer> once(Request request, Function<Tx, Uni<StoredAnswer>> action) {
    return resolved(request, transactions.inTransaction(tx -> answer(tx, request, action)));
  }

  /**
   * What became of a request among many.
   *
   * @param answer what an earlier one with its key was answered; null when it is the first
   * @param refusal why it cannot be served; null when it can
   */
  public record Claim(@Nullable StoredAnswer answer, @Nullable DomainException refusal) {
    static final Claim FIRST = new Claim(null, null);

    /** Whether the request is to be carried out. */
    public boolean isFirst() {
      return answer == null && refusal == null;
    }
  }

  /**
   * Claims the keys of many requests in the caller's transaction, with one statement and in one
   * order; answers a claim for each, in their order. Those without a key are first, always. A key
   * that another transaction holds is waited for, for all of them.
   *
   * @param requests no two with the same caller and key
   */
  public Uni<List<Claim>> claimAll(Tx tx, List<Request> requests) {
    var keyed = requests.stream().filter(request -> request.key() != null).toList();
    if (keyed.isEmpty()) {
      return Uni.createFrom().item(Collections.nCopies(requests.size(), Claim.FIRST));
    }
    Map<Request, Buffer> fingerprints = new IdentityHashMap<>();
    keyed.forEach(
        request -> fingerprints.put(request, fingerprint(request.operation(), request.content())));
    return tx.query(
            """
            INSERT INTO idempotency_keys (principal, key, fingerprint, created_at)
            SELECT c.*, $4 FROM unnest($1::text[], $2::text[], $3::bytea[]) AS c(principal, key, fingerprint)
            ORDER BY principal, key ON CONFLICT DO NOTHING RETURNING principal, key
            """,
            principals(keyed),
            keys(keyed),
            keyed.stream().map(fingerprints::get).toArray(Buffer[]::new),
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .onFailure(failure -> keyed.size() == 1 && SqlFailures.isLockTimeout(failure))
        .transform(failure -> inUse())
        .chain(made ->
            earlier(tx, keyed, made)
                .map(earlier ->
                    requests.stream()
                        .map(request -> claim(request, fingerprints, made(made), earlier))
                        .toList()));
  }

  private static Set<List<String>> made(RowSet<Row> rows) {
    var made = new HashSet<List<String>>();
    rows.forEach(row -> made.add(List.of(row.getString("principal"), row.getString("key"))));
    return made;
  }

  private static Uni<Map<List<String>, Row>> earlier(Tx tx, List<Request> keyed, RowSet<Row> made) {
    if (made.size() == keyed.size()) {
      return Uni.createFrom().item(Map.of());
    }
    return tx.query(
            """
            SELECT k.principal, k.key, k.fingerprint, k.status, k.location, k.etag, k.body
            FROM unnest($1::text[], $2::text[]) AS c(principal, key)
            JOIN idempotency_keys k USING (principal, key)
            """,
            principals(keyed),
            keys(keyed))
        .map(rows -> {
          var earlier = new HashMap<List<String>, Row>();
          rows.forEach(
              row -> earlier.put(List.of(row.getString("principal"), row.getString("key")), row));
          return earlier;
        });
  }

  private static Claim claim(
      Request request,
      Map<Request, Buffer> fingerprints,
      Set<List<String>> made,
      Map<List<String>, Row> earlier) {
    Buffer fingerprint = fingerprints.get(request);
    if (request.key() == null || fingerprint == null) {
      return Claim.FIRST;
    }
    var key = List.of(request.caller().subject(), request.key());
    if (made.contains(key)) {
      return Claim.FIRST;
    }
    Row row = earlier.get(key);
    try {
      return row == null ? new Claim(null, undone()) : new Claim(stored(row, fingerprint), null);
    } catch (DomainException reused) {
      return new Claim(null, reused);
    }
  }

  /**
   * Stores what the first ones among many were answered, and forgets the keys of those that were
   * refused: only 2xx answers are kept.
   *
   * @param answers null for a refused one; as many as requests
   */
  public Uni<Void> storeAll(Tx tx, List<Request> requests, List<@Nullable StoredAnswer> answers) {
    var done = new ArrayList<Request>();
    var given = new ArrayList<StoredAnswer>();
    var refused = new ArrayList<Request>();
    for (int i = 0; i < requests.size(); i++) {
      StoredAnswer answer = answers.get(i);
      if (requests.get(i).key() != null && answer == null) {
        refused.add(requests.get(i));
      } else if (requests.get(i).key() != null && answer != null) {
        done.add(requests.get(i));
        given.add(answer);
      }
    }
    return storeAnswers(tx, done, given).chain(() -> forget(tx, refused));
  }

  private static Uni<Void> storeAnswers(Tx tx, List<Request> requests, List<StoredAnswer> answers) {
    if (requests.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            UPDATE idempotency_keys k SET status = a.status, location = a.location, etag = a.etag, body = a.body
            FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
              AS a(principal, key, status, location, etag, body)
            WHERE k.principal = a.principal AND k.key = a.key
            """,
            principals(requests),
            keys(requests),
            answers.stream().map(StoredAnswer::status).toArray(Integer[]::new),
            answers.stream().map(StoredAnswer::location).toArray(String[]::new),
            answers.stream().map(StoredAnswer::etag).toArray(String[]::new),
            answers.stream().map(StoredAnswer::body).toArray(String[]::new))
        .replaceWithVoid();
  }

  private static Uni<Void> forget(Tx tx, List<Request> requests) {
    if (requests.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            DELETE FROM idempotency_keys k USING unnest($1::text[], $2::text[]) AS a(principal, key)
            WHERE k.principal = a.principal AND k.key = a.key
            """,
            principals(requests),
            keys(requests))
        .replaceWithVoid();
  }

  private static String[] principals(List<Request> requests) {
    return requests.stream().map(request -> request.caller().subject()).toArray(String[]::new);
  }

  private static @Nullable String[] keys(List<Request> requests) {
    return requests.stream().map(Request::key).toArray(String[]::new);
  }

  /**
   * A COMMIT whose answer was lost: with a key the same request simply goes again, and finds either
   * its own answer or nothing. Without one only the caller can know what it wants.
   */
  private Uni<StoredAnswer> resolved(Request request, Uni<StoredAnswer> transaction) {
    return (request.key() == null
            ? transaction
            : transaction
                .onFailure(CommitUnknown.class)
                .retry()
                .withBackOff(Duration.ofMillis(50), Duration.ofMillis(500))
                .withJitter(0.5)
                .atMost(REPEATS))
        .call(() -> faults.pass(FaultPoint.REQUEST_AFTER_COMMIT));
  }

  private Uni<StoredAnswer> answer(Tx tx, Request request, Function<Tx, Uni<StoredAnswer>> action) {
    return (request.key() == null ? action.apply(tx) : onceIn(tx, request, request.key(), action))
        .call(() -> faults.pass(FaultPoint.REQUEST_BEFORE_COMMIT));
  }

  private Uni<StoredAnswer> onceIn(
      Tx tx, Request request, String key, Function<Tx, Uni<StoredAnswer>> action) {
    Buffer fingerprint = fingerprint(request.operation(), request.content());
    return claim(tx, request.caller(), key, fingerprint)
        .chain(claimed ->
            claimed == 1
                ? action.apply(tx).call(answer -> store(tx, request.caller(), key, answer))
                : replay(tx, request.caller(), key, fingerprint));
  }

  private Uni<Integer> claim(Tx tx, Caller caller, String key, Buffer fingerprint) {
    return tx.update(
            """
            INSERT INTO idempotency_keys (principal, key, fingerprint, created_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
            caller.subject(),
            key,
            fingerprint,
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .onFailure(SqlFailures::isLockTimeout)
        .transform(failure -> inUse());
  }

  private static DomainException inUse() {
    return new DomainException(
        ProblemType.KEY_IN_USE, "the first request with this key is still running");
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
      throw undone();
    }
    return stored(rows.iterator().next(), fingerprint);
  }

  private static DomainException undone() {
    return new DomainException(
        ProblemType.KEY_IN_USE, "the first request with this key was just undone");
  }

  private static StoredAnswer stored(Row row, Buffer fingerprint) {
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
