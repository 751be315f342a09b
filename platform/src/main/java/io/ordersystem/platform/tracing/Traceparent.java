package io.ordersystem.platform.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that carries a trace through rows and messages: {@code traceparent} of W3C Trace
 * Context, version 00.
 */
public final class Traceparent {
  private static final Pattern FORM =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  private Traceparent() {}

  /** The text of a span; null when it is none. */
  public static @Nullable String of(Span span) {
    SpanContext context = span.getSpanContext();
    return context.isValid()
        ? "00-%s-%s-%s"
            .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex())
        : null;
  }

  /** The trace's id; empty for a text that is not well-formed. */
  public static Optional<String> traceId(@Nullable String traceparent) {
    return parse(traceparent).map(SpanContext::getTraceId);
  }

  /**
   * What a span with that parent begins in: a trace of its own when the text is not well-formed.
   */
  static Context parent(@Nullable String traceparent) {
    return parse(traceparent)
        .map(parent -> Context.root().with(Span.wrap(parent)))
        .orElse(Context.root());
  }

  private static Optional<SpanContext> parse(@Nullable String traceparent) {
    Matcher parts = FORM.matcher(traceparent == null ? "" : traceparent);
    return parts.matches()
        ? Optional.of(
                SpanContext.createFromRemoteParent(
                    parts.group(1),
                    parts.group(2),
                    TraceFlags.fromHex(parts.group(3), 0),
                    TraceState.getDefault()))
            .filter(SpanContext::isValid)
        : Optional.empty();
  }
}
