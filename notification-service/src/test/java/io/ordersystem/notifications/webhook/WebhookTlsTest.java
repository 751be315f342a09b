package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.notifications.webhook.Outcome.Kind;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name, pinned to the address that was looked at, with a certificate for the name. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // filled before each test
class WebhookTlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String NAME = "hooks.example.org";

  @Inject WebhookConfig config;
  @Inject @VirtualThreads ExecutorService threads;
  @Inject Clock clock;
  @TempDir Path directory;

  /** Not the service's own, which would measure the server. */
  private final Vertx vertx = Vertx.vertx();

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private WebhookChannel channel;

  @BeforeEach
  void listen() throws Exception {
    PfxOptions certificate =
        TestCertificates.selfSigned(directory.resolve("server.p12"), "dns:" + NAME);
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(certificate))
            .requestHandler(request -> {
              asked.add(
                  request.connection().indicatedServerName() + " " + request.getHeader("Host"));
              request.response().end();
            })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    var rules = TargetRules.of(false, List.of("127.0.0.0/8"));
    var guard = new TargetGuard(host -> List.of(InetAddress.getByName("127.0.0.1")), rules);
    channel =
        new WebhookChannel(
            config,
            rules,
            guard,
            vertx,
            threads,
            clock,
            new HttpClientOptions().setTrustOptions(certificate));
  }

  @AfterEach
  void close() throws Exception {
    channel.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void postsToTheNameThatTheCertificateIsFor() {
    assertThat(post(NAME).kind()).isEqualTo(Kind.DELIVERED);
    assertThat(asked).containsExactly("%s %s:%d".formatted(NAME, NAME, server.actualPort()));
  }

  @Test
  void refusesTheCertificateOfAnotherName() {
    Outcome outcome = post("other.example.org");
    assertThat(outcome.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(outcome.error()).startsWith("no TLS connection");
    assertThat(asked).isEmpty();
  }

  private Outcome post(String host) {
    var delivery =
        new Delivery(
            TestEvents.newId(),
            TestEvents.newId(),
            TestEvents.newId(),
            "s1",
            "https://%s:%d/hook".formatted(host, server.actualPort()),
            Secrets.next(),
            null,
            "{}",
            null,
            1,
            0,
            Instant.now());
    return channel.send(delivery).await().atMost(LIMIT);
  }
}
