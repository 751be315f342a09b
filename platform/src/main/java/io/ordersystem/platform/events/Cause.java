package io.ordersystem.platform.events;

import io.opentelemetry.api.trace.Span;
import io.ordersystem.platform.tracing.Traceparent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a message leaves: the trace that it belongs to (W3C {@code traceparent}) and the id of the
 * message that caused it, or the request's {@code Idempotency-Key} or {@code X-Request-Id}.
 */
public record Cause(@Nullable String traceparent, @Nullable String causationId) {
  /** A timer or a sweeper: nobody asked. */
  public static final Cause NONE = new Cause(null, null);

  /**
   * The HTTP request that is being answered.
   *
   * @param key its {@code Idempotency-Key}, which stays the same on each repeat
   * @param requestId what it is known by without one
   */
  public static Cause ofRequest(@Nullable String key, @Nullable String requestId) {
    return new Cause(Traceparent.of(Span.current()), key == null ? requestId : key);
  }

  /** The message that is being handled. */
  public static Cause of(Received message) {
    return new Cause(message.traceparent(), message.id().toString());
  }

  /** The trace's id, for logs; empty without a well-formed {@code traceparent}. */
  public Optional<String> traceId() {
    return Traceparent.traceId(traceparent);
  }
}
