package io.ordersystem.platform.cards;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;

class MaskedSpansTest {
  @Test
  void masksWhatASpanRecordsOfTheUrl() {
    try (var tracing = SdkTracerProvider.builder().addSpanProcessor(new MaskedSpans()).build()) {
      var span =
          (ReadableSpan)
              tracing
                  .get("test")
                  .spanBuilder("GET")
                  .setAttribute("url.path", "/api/orders/4242424242424242")
                  .setAttribute("url.query", "search=4242+4242+4242+4242&limit=20")
                  .setAttribute("http.route", "/api/orders/{id}")
                  .startSpan();
      assertThat(span.getAttribute(AttributeKey.stringKey("url.path")))
          .isEqualTo("/api/orders/424242******4242");
      assertThat(span.getAttribute(AttributeKey.stringKey("url.query")))
          .isEqualTo("search=4242+42**+****+4242&limit=20");
      assertThat(span.getAttribute(AttributeKey.stringKey("http.route")))
          .isEqualTo("/api/orders/{id}");
    }
  }
}
