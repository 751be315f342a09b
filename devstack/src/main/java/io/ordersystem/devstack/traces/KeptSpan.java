package io.ordersystem.devstack.traces;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A span as it is kept, one JSON line each.
 *
 * @param parentId empty for the first of a trace
 * @param start in nanoseconds since 1970, by the clock of its service
 * @param end likewise
 * @param attributes as text
 */
public record KeptSpan(
    String traceId,
    String spanId,
    String parentId,
    String service,
    String name,
    String kind,
    long start,
    long end,
    boolean failed,
    Map<String, String> attributes) {

  /** The spans of one process's post. */
  static List<KeptSpan> of(ResourceSpans post) {
    String service =
        attributes(post.getResource().getAttributesList()).getOrDefault("service.name", "?");
    return post.getScopeSpansList().stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .map(span -> of(service, span))
        .toList();
  }

  private static KeptSpan of(String service, Span span) {
    return new KeptSpan(
        hex(span.getTraceId().toByteArray()),
        hex(span.getSpanId().toByteArray()),
        hex(span.getParentSpanId().toByteArray()),
        service,
        span.getName(),
        span.getKind().name().replace("SPAN_KIND_", ""),
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
        attributes(span.getAttributesList()));
  }

  private static Map<String, String> attributes(List<KeyValue> pairs) {
    var attributes = new TreeMap<String, String>();
    pairs.forEach(pair -> attributes.put(pair.getKey(), text(pair.getValue())));
    return attributes;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(KeptSpan::text).toList().toString();
      default -> value.toString().strip();
    };
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
