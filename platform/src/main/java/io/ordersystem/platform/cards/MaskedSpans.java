package io.ordersystem.platform.cards;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Masks card numbers in what a span of HTTP records of its caller when it begins. Other headers,
 * bodies and the parameters of statements are not recorded.
 */
@Singleton
public class MaskedSpans implements SpanProcessor {
  private static final List<AttributeKey<String>> OF_CALLERS =
      List.of(
          AttributeKey.stringKey("url.path"),
          AttributeKey.stringKey("url.query"),
          AttributeKey.stringKey("url.full"),
          AttributeKey.stringKey("user_agent.original"),
          AttributeKey.stringKey("client.address"));

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    for (AttributeKey<String> key : OF_CALLERS) {
      String recorded = span.getAttribute(key);
      if (recorded != null && CardNumbers.contains(recorded)) {
        span.setAttribute(key, CardNumbers.mask(recorded));
      }
    }
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    // Nothing can be changed any more.
  }

  @Override
  public boolean isEndRequired() {
    return false;
  }
}
