package io.ordersystem.devstack.traces;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.ordersystem.devstack.process.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TraceSinkTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @TempDir private Path directory;
  private Path file;
  private int port;

  @BeforeEach
  void start() {
    file = directory.resolve("spans.jsonl");
    port = Ports.free();
    assertThat(
            new CommandLine(new TraceSink())
                .execute("--port", Integer.toString(port), "--file", file.toString()))
        .isZero();
  }

  @Test
  void whatSeveralServicesPostIsOneTree() throws Exception {
    var request = span("0000000000000001", "", "POST /api/orders", 1_000_000).build();
    var publish = span("0000000000000002", "0000000000000001", "publish orders", 3_000_000).build();
    var process =
        span("0000000000000003", "0000000000000002", "process orders", 5_500_000)
            .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
            .addAttributes(text("messaging.kafka.message.key", "order-1"))
            .build();
    assertThat(post(body("inventory-service", process), false)).isEqualTo(200);
    assertThat(post(body("order-service", request, publish), true)).isEqualTo(200);
    var tree = TraceTree.find(file, "order-1").orElseThrow();
    assertThat(tree.draw())
        .isEqualTo(
            """
            trace %s
              from ms   took ms
                  0.0       1.0  order-service: POST /api/orders
                  2.0       1.0    order-service: publish orders
                  4.5       1.0      inventory-service: process orders FAILED
            """
                .formatted(TRACE));
    assertThat(TraceTree.find(file, TRACE)).isPresent();
    assertThat(TraceTree.find(file, "order-2")).isEmpty();
    assertThat(tree.roots()).extracting(KeptSpan::name).containsExactly("POST /api/orders");
  }

  @Test
  void whatIsNoOtlpIsRefusedAndNotKept() throws Exception {
    assertThat(post("hello".getBytes(), false)).isEqualTo(400);
    assertThat(post(new byte[17 * 1024 * 1024], true)).isEqualTo(413);
    assertThat(TraceTree.find(file, TRACE)).isEmpty();
  }

  private int post(byte[] body, boolean packed) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/traces"));
    if (packed) {
      var bytes = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(bytes)) {
        gzip.write(body);
      }
      request.header("Content-Encoding", "gzip").POST(of(bytes.toByteArray()));
    } else {
      request.POST(of(body));
    }
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static HttpRequest.BodyPublisher of(byte[] body) {
    return HttpRequest.BodyPublishers.ofByteArray(body);
  }

  private static byte[] body(String service, Span... spans) {
    var scope = ScopeSpans.newBuilder();
    for (Span span : spans) {
      scope.addSpans(span);
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(text("service.name", service)))
                .addScopeSpans(scope))
        .build()
        .toByteArray();
  }

  private static Span.Builder span(String id, String parent, String name, long start) {
    return Span.newBuilder()
        .setTraceId(bytes(TRACE))
        .setSpanId(bytes(id))
        .setParentSpanId(bytes(parent))
        .setName(name)
        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
        .setStartTimeUnixNano(start)
        .setEndTimeUnixNano(start + 1_000_000);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
