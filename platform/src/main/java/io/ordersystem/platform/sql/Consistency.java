package io.ordersystem.platform.sql;

import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * What the request in hand is to see, and what it has done: each request has a Vert.x context of
 * its own, and this is kept there. Outside of a request nothing is required and nothing is kept.
 */
public final class Consistency {
  private static final String REQUIRED = "io.ordersystem.platform.required";
  private static final String PRIMARY = "io.ordersystem.platform.primary";
  private static final String WANTED = "io.ordersystem.platform.wanted";
  private static final String WRITTEN = "io.ordersystem.platform.written";
  private static final String SOURCE = "io.ordersystem.platform.source";

  private Consistency() {}

  /**
   * No read of this request may be older than that; {@link Position#BEYOND} asks for the primary,
   * beside what else is required.
   */
  public static void require(Position position) {
    put(position.equals(Position.BEYOND) ? PRIMARY : REQUIRED, position);
  }

  /** What no read of this request may be older than: {@link Position#BEYOND} for the primary. */
  public static @Nullable Position required() {
    Position primary = get(PRIMARY);
    return primary == null ? told() : primary;
  }

  /** The position that the caller was told, whether it asks for the primary or not. */
  public static @Nullable Position told() {
    return get(REQUIRED);
  }

  /**
   * Somebody is to be told where this request's transactions have ended. Without this they do not
   * ask: most transactions are those of messages, and nobody waits for the position of those.
   */
  public static void wantPosition() {
    put(WANTED, true);
  }

  /** Whether {@link #wantPosition} was called in this request. */
  public static boolean isPositionWanted() {
    return get(WANTED) != null;
  }

  /** This request's transaction has ended; a reader at this position sees what it saw and did. */
  public static void ended(@Nullable Position position) {
    put(WRITTEN, position);
  }

  /** The position of {@link #ended}. */
  public static @Nullable Position ended() {
    return get(WRITTEN);
  }

  /** This request was answered from there: {@code cache}, {@code replica} or {@code primary}. */
  public static void readFrom(String source) {
    put(SOURCE, source);
  }

  /** Where the answer was read, if anything was. */
  public static @Nullable String source() {
    return get(SOURCE);
  }

  private static void put(String key, @Nullable Object value) {
    Context context = Vertx.currentContext();
    if (context != null && VertxContext.isDuplicatedContext(context) && value != null) {
      context.putLocal(key, value);
    }
  }

  private static <T> @Nullable T get(String key) {
    Context context = Vertx.currentContext();
    return context == null || !VertxContext.isDuplicatedContext(context)
        ? null
        : context.getLocal(key);
  }
}
