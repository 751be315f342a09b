package io.ordersystem.devstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.Ports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() throws Exception {
    http.close();
    done(vertx.close());
  }

  @Test
  void thoseThatAreReadyTakeTurns() throws Exception {
    URI gateway = gateway(new Process("a").listen(), new Process("b").listen());
    assertThat(bodies(gateway, 10)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whoSaysThatItIsNotReadyIsNotAsked() throws Exception {
    var going = new Process("going");
    URI gateway = gateway(going.listen(), new Process("staying").listen());
    going.readiness.set(503);
    assertThat(Await.within(SOON, () -> bodies(gateway, 10).equals(Set.of("staying")))).isTrue();
    going.readiness.set(200);
    assertThat(Await.within(SOON, () -> bodies(gateway, 10).contains("going"))).isTrue();
  }

  @Test
  void whatIsRefusedIsSentToTheOtherWhateverItIs() throws Exception {
    var absent = new Upstream(Ports.free(), Ports.free());
    URI gateway = gateway(absent, new Process("there").listen());
    for (int i = 0; i < 10; i++) {
      assertThat(send(gateway, "POST").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whoMissesAProbeNowAndThenStaysReady() throws Exception {
    var busy = new Process("busy");
    URI gateway = gateway(busy.listen(), new Process("other").listen());
    busy.readiness.set(503);
    int probes = busy.probes.get();
    assertThat(Await.within(SOON, () -> busy.probes.get() > probes)).isTrue();
    assertThat(bodies(gateway, 10)).containsExactlyInAnyOrder("busy", "other");
  }

  @Test
  void whenNobodyIsReadyWhoWasItLastIsAskedAllTheSame() throws Exception {
    var first = new Process("first");
    var second = new Process("second");
    URI gateway = gateway(first.listen(), second.listen());
    first.readiness.set(503);
    assertThat(Await.within(SOON, () -> bodies(gateway, 10).equals(Set.of("second")))).isTrue();
    second.readiness.set(503);
    int probes = second.probes.get();
    assertThat(Await.within(SOON, () -> second.probes.get() > probes + 6)).isTrue();
    assertThat(bodies(gateway, 10)).containsExactly("second");
  }

  @Test
  void aServiceOfWhichNobodyIsThereIsAProblem() throws Exception {
    URI gateway =
        gateway(new Upstream(Ports.free(), Ports.free()), new Upstream(Ports.free(), Ports.free()));
    var answer = send(gateway, "GET");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void aSingleProcessIsNotProbed() throws Exception {
    var only = new Process("only");
    URI gateway = gateway(only.listen());
    only.readiness.set(503);
    assertThat(bodies(gateway, 5)).containsExactly("only");
    assertThat(only.probes).hasValue(0);
  }

  @Test
  void refusesWhatIsNoUpstream() {
    assertThat(Upstream.parse("1/2")).isEqualTo(new Upstream(1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Upstream.parse("1"));
    assertThatIllegalArgumentException().isThrownBy(() -> Upstream.parse("1/x"));
  }

  private URI gateway(Upstream... upstreams) throws Exception {
    int port = done(new Gateway(vertx, Map.of("/api", List.of(upstreams))).listen(Ports.free()));
    return URI.create("http://127.0.0.1:" + port + "/api/things");
  }

  private Set<String> bodies(URI gateway, int requests) {
    var bodies = new TreeSet<String>();
    for (int i = 0; i < requests; i++) {
      bodies.add(send(gateway, "GET").body());
    }
    return bodies;
  }

  private HttpResponse<String> send(URI gateway, String method) {
    var body =
        method.equals("POST")
            ? HttpRequest.BodyPublishers.ofString("something")
            : HttpRequest.BodyPublishers.noBody();
    try {
      return http.send(
          HttpRequest.newBuilder(gateway).method(method, body).timeout(SOON).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** A process of a service that answers with its name. */
  private final class Process {
    private final String name;
    private final AtomicInteger readiness = new AtomicInteger(200);
    private final AtomicInteger probes = new AtomicInteger();

    Process(String name) {
      this.name = name;
    }

    Upstream listen() throws Exception {
      HttpServer management =
          vertx
              .createHttpServer()
              .requestHandler(request -> {
                probes.incrementAndGet();
                request.response().setStatusCode(readiness.get()).end();
              });
      HttpServer service =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> request.body().onSuccess(it -> request.response().end(name)));
      int port = Ports.free();
      int probed = Ports.free();
      done(service.listen(port, "127.0.0.1"));
      done(management.listen(probed, "127.0.0.1"));
      return new Upstream(port, probed);
    }
  }
}
