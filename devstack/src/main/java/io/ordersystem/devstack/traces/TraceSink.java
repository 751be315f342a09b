package io.ordersystem.devstack.traces;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * What takes the local system's traces in: OTLP by HTTP ({@code POST /v1/traces}, protobuf, gzip or
 * not), each span a line of a file. A file that has grown to its limit is begun anew, with the one
 * before kept beside it.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class TraceSink implements Callable<Integer> {
  /** Bytes of one post, unpacked. */
  private static final int LARGEST_POST = 16 * 1024 * 1024;

  private static final long LARGEST_FILE = 64L * 1024 * 1024;

  private final ObjectMapper json = new ObjectMapper();

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--file", required = true)
  private Path file;

  public static void main(String[] arguments) {
    int status = new CommandLine(new TraceSink()).execute(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() throws IOException {
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/traces", this::take);
    server.start();
    System.out.println("traces on " + port + " into " + file);
    return 0;
  }

  private void take(HttpExchange http) throws IOException {
    try (http) {
      byte[] body = body(http);
      if (body.length > LARGEST_POST) {
        http.sendResponseHeaders(413, -1);
        return;
      }
      try {
        keep(ExportTraceServiceRequest.parseFrom(body));
      } catch (InvalidProtocolBufferException e) {
        System.err.println("not OTLP: " + e.getMessage());
        http.sendResponseHeaders(400, -1);
        return;
      }
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      http.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      http.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      http.getResponseBody().write(answer);
    }
  }

  private static byte[] body(HttpExchange http) throws IOException {
    InputStream raw = http.getRequestBody();
    boolean packed = "gzip".equals(http.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream content = packed ? new GZIPInputStream(raw) : raw) {
      return content.readNBytes(LARGEST_POST + 1);
    }
  }

  private synchronized void keep(ExportTraceServiceRequest request) throws IOException {
    var lines = new StringBuilder();
    for (ResourceSpans post : request.getResourceSpansList()) {
      for (KeptSpan span : KeptSpan.of(post)) {
        lines.append(json.writeValueAsString(span)).append('\n');
      }
    }
    if (Files.exists(file) && Files.size(file) > LARGEST_FILE) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
