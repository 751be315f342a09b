package io.ordersystem.platform.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One span for a message's way from its row to the brokers, one for what it does at each reader
 * (OpenTelemetry's conventions for messaging). What a message causes belongs to the reader's span,
 * so that a trace leads from the request through all services and back. A trace that is not sampled
 * goes on as it came.
 */
@Singleton
public class MessageSpans {
  private final Tracer tracer;

  public MessageSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Part of a message's way. */
  public static final class Leg {
    private final @Nullable Span span;
    private final @Nullable String traceparent;

    private Leg(@Nullable Span span, @Nullable String traceparent) {
      this.span = span;
      this.traceparent = traceparent;
    }

    /** What goes on with the message, or with what it causes. */
    public @Nullable String traceparent() {
      return traceparent;
    }

    /** It is over. */
    public void end() {
      if (span != null) {
        span.end();
      }
    }

    /** It is over, in vain. */
    public void end(Throwable failure) {
      if (span != null) {
        span.setStatus(StatusCode.ERROR);
        span.recordException(failure);
        span.end();
      }
    }
  }

  /**
   * A row is sent. The span begins with the row's transaction: its length is what the event waited.
   */
  public Leg publish(
      String topic, UUID id, String key, Instant committed, @Nullable String traceparent) {
    return leg(
        traceparent,
        tracer
            .spanBuilder("publish " + topic)
            .setSpanKind(SpanKind.PRODUCER)
            .setStartTimestamp(committed)
            .setAttribute("messaging.operation.type", "send"),
        topic,
        id,
        key);
  }

  /** A message takes effect at one of its readers. */
  public Leg process(
      String topic, UUID id, String key, String consumer, @Nullable String traceparent) {
    return leg(
        traceparent,
        tracer
            .spanBuilder("process " + topic)
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute("messaging.operation.type", "process")
            .setAttribute("messaging.consumer.group.name", consumer),
        topic,
        id,
        key);
  }

  private static Leg leg(
      @Nullable String traceparent, SpanBuilder builder, String topic, UUID id, String key) {
    if (traceparent == null) {
      return new Leg(null, null);
    }
    Span span =
        builder
            .setParent(Traceparent.parent(traceparent))
            .setAttribute("messaging.system", "kafka")
            .setAttribute("messaging.destination.name", topic)
            .setAttribute("messaging.message.id", id.toString())
            .setAttribute("messaging.kafka.message.key", key)
            .startSpan();
    return span.getSpanContext().isSampled()
        ? new Leg(span, Traceparent.of(span))
        : new Leg(null, traceparent);
  }
}
