package io.ordersystem.platform.cache;

import io.ordersystem.platform.sql.Patience;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection to Redis, on which commands do not wait for each other's answers. It has a client
 * of its own: closing a connection only gives it back to its client's pool, socket and all, and
 * only closing the client closes the socket. What is half open must not be used again.
 */
final class RedisLine {
  /** Commands that are under way; their answers come one after the other. */
  private static final int UNDER_WAY = 512;

  /** Nobody waits for a connection to be made. */
  private static final Duration CONNECTED = Duration.ofSeconds(1);

  private final Context own;
  private final Duration patience;
  private final Redis client;
  private final RedisConnection connection;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisLine(Context own, Duration patience, Redis client, RedisConnection connection) {
    this.own = own;
    this.patience = patience;
    this.client = client;
    this.connection = connection;
  }

  /**
   * A connection that has been greeted by Redis. To be subscribed to on the context that it is to
   * live on.
   *
   * @param own that context
   * @param patience for each answer
   */
  static Uni<RedisLine> connect(Context own, RedisOptions options, Duration patience) {
    Vertx vertx = own.owner();
    Redis client = Redis.createClient(vertx, options);
    return Patience.within(CONNECTED, vertx, UniHelper.toUni(client.connect()))
        .map(connection -> new RedisLine(own, patience, client, connection))
        .onFailure()
        .invoke(client::close);
  }

  /** Who is told when the connection ends, whoever ends it: at least once. */
  void onEnd(Consumer<Throwable> listener) {
    connection.exceptionHandler(listener::accept);
    connection.endHandler(
        ended -> listener.accept(new IllegalStateException("the connection has ended")));
  }

  /**
   * Takes a place among the commands under way, to be given back by {@link #leave}.
   *
   * @return whether there was one
   */
  boolean enter() {
    if (underWay.incrementAndGet() <= UNDER_WAY) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    underWay.decrementAndGet();
  }

  /** The answer, on the connection's context; a failure when it does not come in time. */
  Uni<Optional<Response>> ask(Request command) {
    return Uni.createFrom()
        .deferred(() ->
            Patience.within(
                patience,
                own.owner(),
                UniHelper.toUni(connection.send(command)).map(Optional::ofNullable)))
        .runSubscriptionOn(run -> own.runOnContext(there -> run.run()));
  }

  /** Ends the connection at once; what is under way fails. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      // Only the pool's books need this.
      connection.close();
      client.close();
    }
  }
}
