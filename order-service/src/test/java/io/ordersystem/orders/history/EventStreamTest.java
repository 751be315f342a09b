package io.ordersystem.orders.history;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.awaitStatus;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static io.ordersystem.orders.Shop.stockRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EventStreamTest {
  @SuppressWarnings("NullAway.Init") // Quarkus sets it
  @TestHTTPResource
  URI server;

  @Test
  void sendsWhatWasAndWhatComesAndResumesByTheLastId() throws Exception {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    UUID order = placed("c1", variant, 1);
    try (var http = HttpClient.newHttpClient()) {
      var lines = new CopyOnWriteArrayList<String>();
      try (InputStream stream = open(http, order, "c1", null)) {
        collect(stream, lines);
        await().atMost(SOON).until(() -> lines.contains("id:1") && lines.contains("event:placed"));
        stockRejected(order);
        awaitStatus("c1", order, "CANCELLED");
        await().atMost(SOON).until(() -> lines.contains("event:cancelled"));
      }
      assertThat(lines.stream().filter(line -> line.startsWith("id:")))
          .containsExactly("id:1", "id:2");
      assertThat(lines).anyMatch(line -> line.startsWith("data:") && line.contains("OUT_OF_STOCK"));
      var resumed = new CopyOnWriteArrayList<String>();
      try (InputStream stream = open(http, order, "c1", "1")) {
        collect(stream, resumed);
        await().atMost(SOON).until(() -> resumed.contains("event:cancelled"));
      }
      assertThat(resumed.stream().filter(line -> line.startsWith("id:"))).containsExactly("id:2");
      http.shutdownNow();
    }
  }

  @Test
  void refusesBeforeItBegins() throws Exception {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    UUID order = placed("c1", variant, 1);
    try (var http = HttpClient.newHttpClient()) {
      assertThat(send(http, order, "stranger", null).statusCode()).isEqualTo(404);
      assertThat(send(http, order, "c1", "yesterday").statusCode()).isEqualTo(422);
    }
  }

  private InputStream open(
      HttpClient http, UUID order, String customer, @org.jspecify.annotations.Nullable String last)
      throws IOException, InterruptedException {
    var response = send(http, order, customer, last);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return response.body();
  }

  private HttpResponse<InputStream> send(
      HttpClient http, UUID order, String customer, @org.jspecify.annotations.Nullable String last)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server.resolve("/api/orders/" + order + "/events/stream"))
            .header("Authorization", "Bearer " + TestTokens.customer(customer));
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Until the stream is closed. */
  private static void collect(InputStream stream, List<String> lines) {
    Thread.ofVirtual()
        .start(() -> {
          try (var reader =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
              lines.add(line.replaceFirst("^(id|event): ", "$1:"));
            }
          } catch (IOException | UncheckedIOException closed) {
            lines.add("closed");
          }
        });
  }
}
