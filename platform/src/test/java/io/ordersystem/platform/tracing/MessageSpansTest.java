package io.ordersystem.platform.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MessageSpansTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String REQUEST = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final UUID ID = new UUID(1, 2);

  private final Kept kept = new Kept();

  @Test
  void aMessagesWayIsOneTraceFromTheRowToWhatItCauses() {
    var spans = spans(Sampler.alwaysOn());
    var committed = Instant.now().minus(Duration.ofSeconds(3));
    var publish = spans.publish("a.topic", ID, "key", committed, REQUEST);
    var process = spans.process("a.topic", ID, "key", "reader", publish.traceparent());
    process.end();
    publish.end();
    SpanData processed = kept.spans.getFirst();
    SpanData published = kept.spans.getLast();
    assertThat(List.of(processed.getTraceId(), published.getTraceId())).containsOnly(TRACE);
    assertThat(published.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(processed.getParentSpanId()).isEqualTo(published.getSpanId());
    assertThat(process.traceparent())
        .isEqualTo("00-%s-%s-01".formatted(TRACE, processed.getSpanId()));
    assertThat(published.getStartEpochNanos())
        .isEqualTo(TimeUnit.SECONDS.toNanos(committed.getEpochSecond()) + committed.getNano());
    assertThat(processed.getAttributes().asMap().values())
        .contains("kafka", "a.topic", ID.toString(), "reader");
  }

  @Test
  void whatIsNotSampledGoesOnAsItCame() {
    for (var spans :
        List.of(spans(Sampler.alwaysOff()), new MessageSpans(TracerProvider.noop().get("none")))) {
      var publish = spans.publish("a.topic", ID, "key", Instant.now(), REQUEST);
      assertThat(publish.traceparent()).isEqualTo(REQUEST);
      publish.end();
    }
    assertThat(kept.spans).isEmpty();
  }

  @Test
  void whatNobodyAskedForHasNoTrace() {
    var publish = spans(Sampler.alwaysOn()).publish("a.topic", ID, "key", Instant.now(), null);
    publish.end();
    assertThat(publish.traceparent()).isNull();
    assertThat(kept.spans).isEmpty();
  }

  @Test
  void aTextThatIsNoTraceparentBeginsATraceOfItsOwn() {
    for (String text : List.of("", "00-x-y-01", "00-" + "0".repeat(32) + "-b7ad6b7169203331-01")) {
      assertThat(Traceparent.traceId(text)).isEmpty();
      var leg = spans(Sampler.alwaysOn()).process("a.topic", ID, "key", "reader", text);
      leg.end(new IllegalStateException("no"));
      assertThat(Traceparent.traceId(leg.traceparent())).isPresent();
    }
    assertThat(kept.spans)
        .hasSize(3)
        .allSatisfy(span -> {
          assertThat(span.getParentSpanContext().isValid()).isFalse();
          assertThat(span.getStatus().getStatusCode().name()).isEqualTo("ERROR");
        });
    assertThat(Traceparent.traceId(REQUEST)).contains(TRACE);
  }

  private MessageSpans spans(Sampler sampler) {
    return new MessageSpans(
        SdkTracerProvider.builder()
            .setSampler(sampler)
            .addSpanProcessor(SimpleSpanProcessor.create(kept))
            .build()
            .get("test"));
  }

  private static final class Kept implements SpanExporter {
    private final List<SpanData> spans = new ArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      spans.addAll(batch);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
