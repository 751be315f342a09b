package io.ordersystem.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.devstack.link.FaultProxy;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.redis.RedisServer;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.RedisOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis behind a link that breaks. */
@Timeout(60)
class RedisOutageTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Long for whoever asks, so that what takes its time here is not taken for an outage. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Vertx VERTX = Vertx.vertx();
  private static final int PORT = Ports.free();

  @TempDir static Path directory;
  private static RedisServer server;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private volatile Duration late = Duration.ZERO;
  private final InstantSource time = () -> Instant.now().plus(late);
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private FaultProxy network;
  private RedisLink link;
  private VersionedCache cache;

  @BeforeAll
  static void start() {
    server = new RedisServer(new StateDirectory(directory), PORT);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop();
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void connect() throws IOException {
    redis("FLUSHALL");
    network = new FaultProxy(0, PORT);
    link = link(network.port());
    cache = new VersionedCache(link, clock, metrics);
    awaitThat(link::isOpen);
  }

  @AfterEach
  void disconnect() throws IOException {
    redis("REPLICAOF NO ONE");
    link.end();
    network.close();
  }

  private RedisLink link(int port) {
    var settings = new RedisSettings();
    settings.customize("test", new RedisOptions().setConnectionString("redis://127.0.0.1:" + port));
    return new RedisLink(settings, metrics, VERTX, PATIENCE, true);
  }

  @Test
  void fencesOfAnOutageAreThereBeforeAnythingIsReadAgain() {
    List<String> keys = IntStream.range(0, 1_200).mapToObj(i -> "k" + i).toList();
    keys.forEach(key -> put(key, 10, "ten"));
    // One script after the other.
    awaitValue("k1199", text(10, "ten"));
    network.cut();
    awaitThat(() -> !link.isOpen());
    late = Duration.ofHours(1);
    cache.fence(keys, Version.of(12));
    late = Duration.ofHours(2);
    assertThat(get("k0")).isEmpty();
    network.heal();
    awaitThat(() -> {
      boolean open = link.isOpen();
      Map<String, Versioned> found = get("k0", "k1199");
      assertThat(found).isEmpty();
      return open;
    });
    for (String key : List.of("k0", "k600", "k1199")) {
      assertThat(redis("GET " + key)).isEqualTo(Version.of(12).text() + "!");
      assertThat(Long.parseLong(redis("PTTL " + key)))
          .as("a fence stands from when it is written")
          .isGreaterThan(Duration.ofHours(2).toMillis());
    }
    put("k0", 12, "twelve");
    awaitValue("k0", text(12, "twelve"));
    assertThat(lost()).isZero();
  }

  @Test
  void aFenceWhoseScriptWasNotAnsweredIsWrittenAgainAndAValueIsNot() {
    put("k", 10, "ten");
    awaitValue("k", text(10, "ten"));
    network.pause();
    var done = new CompletableFuture<String>();
    cache.fence(List.of("k"), Version.of(12));
    cache.put(Map.of("other", value(1, "x")), inAMinute(), () -> done.complete("done"));
    awaitThat(() -> !link.isOpen());
    assertThat(done.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("done");
    // What is on its way never arrives.
    network.cut();
    network.heal();
    awaitThat(link::isOpen);
    assertThat(redis("GET k")).isEqualTo(Version.of(12).text() + "!");
    assertThat(redis("EXISTS other")).isEqualTo("0");
  }

  @Test
  void beyondItsBoundTheEldestFencesAreLostAndCounted() {
    network.cut();
    awaitThat(() -> !link.isOpen());
    for (int i = 0; i < Backlog.FENCES + 3; i++) {
      cache.fence(List.of("k" + i), Version.of(12));
    }
    assertThat(lost()).isEqualTo(3);
    network.heal();
    awaitThat(link::isOpen);
    assertThat(redis("DBSIZE")).isEqualTo(Integer.toString(Backlog.FENCES + 1));
    assertThat(redis("EXISTS k2")).isEqualTo("0");
    assertThat(redis("EXISTS k3")).isEqualTo("1");
  }

  @Test
  void aBurstIsServedOrMissesAndIsNoOutage() {
    put("k", 1, "one");
    awaitValue("k", text(1, "one"));
    network.delay(Duration.ofMillis(200));
    var answers = new ArrayList<CompletableFuture<Map<String, Versioned>>>();
    for (int i = 0; i < 2_000; i++) {
      answers.add(cache.get(List.of("k")).subscribeAsCompletionStage().toCompletableFuture());
    }
    long hits = answers.stream().filter(answer -> !answer.join().isEmpty()).count();
    assertThat(hits).isEqualTo(512);
    assertThat(failures("busy")).isEqualTo(2_000 - 512);
    assertThat(failures("away")).isZero();
    assertThat(link.isOpen()).isTrue();
    network.heal();
    assertThat(get("k")).as("all places are free again").isNotEmpty();
  }

  @Test
  void aServerThatStandsStillIsLeftAloneAndFoundAgainOnOneConnection() {
    network.pause();
    assertThat(get("k")).isEmpty();
    awaitThat(() -> !link.isOpen());
    awaitThat(() -> failures("away") >= 3);
    network.heal();
    awaitThat(link::isOpen);
    put("k", 1, "one");
    awaitValue("k", text(1, "one"));
    assertThat(get("k")).isNotEmpty();
    awaitThat(() -> redis("CLIENT LIST").lines().count() == 2);
  }

  @Test
  void aServerThatTakesNoWritesIsNotReadUntilItTakesTheFences() {
    put("k", 10, "ten");
    awaitValue("k", text(10, "ten"));
    redis("REPLICAOF 127.0.0.1 1");
    cache.fence(List.of("k"), Version.of(12));
    awaitThat(() -> !link.isOpen());
    awaitThat(() -> failures("refused") >= 3);
    assertThat(link.isOpen()).isFalse();
    assertThat(get("k")).isEmpty();
    assertThat(redis("GET k")).isEqualTo(text(10, "ten"));
    redis("REPLICAOF NO ONE");
    awaitThat(link::isOpen);
    assertThat(redis("GET k")).isEqualTo(Version.of(12).text() + "!");
  }

  @Test
  void aQuestionThatIsRefusedIsNoOutage() {
    cache.put(Map.of("k", value(1, "one")), inAMinute());
    awaitValue("k", text(1, "one"));
    redis("ACL SETUSER default -mget");
    try {
      assertThat(get("k")).isEmpty();
    } finally {
      redis("ACL SETUSER default +mget");
    }
    assertThat(failures("refused")).isEqualTo(1);
    assertThat(get()).as("of nothing nothing is known, and nobody is asked").isEmpty();
    assertThat(failures("away")).isZero();
    assertThat(link.isOpen()).isTrue();
    assertThat(get("k")).isNotEmpty();
  }

  @Test
  void whatFailsAfterAValueWasWrittenStopsNobody() {
    var runs = new AtomicInteger();
    cache.put(
        Map.of("a", value(1, "x"), "b", value(1, "x")),
        inAMinute(),
        () -> {
          runs.incrementAndGet();
          throw new IllegalStateException("planted");
        });
    awaitValue("b", text(1, "x"));
    cache.put(
        Map.of("c", value(1, "x")),
        inAMinute(),
        () -> {
          throw new AssertionError("planted");
        });
    put("d", 1, "x");
    awaitValue("d", text(1, "x"));
    assertThat(runs).as("once for both").hasValue(1);
    cache.put(Map.of(), inAMinute(), runs::incrementAndGet);
    assertThat(runs).as("nothing is there at once").hasValue(2);
  }

  @Test
  void anAnswerComesBackToWhereItWasAskedFor() {
    Context caller = VERTX.getOrCreateContext();
    var answered = new CompletableFuture<Context>();
    caller.runOnContext(there -> {
      Cancellable _ =
          cache
              .get(List.of("k"))
              .subscribe()
              .with(found -> answered.complete(Vertx.currentContext()));
    });
    assertThat(answered.join()).isSameAs(caller);
  }

  @Test
  void whatHasAnotherFormatIsNotReadAndIsReplacedByWhatIsAsNew() {
    redis("SET k " + Version.of(10).text() + "=0:old");
    assertThat(get("k")).isEmpty();
    put("k", 9, "nine");
    put("after", 1, "x");
    awaitValue("after", text(1, "x"));
    assertThat(redis("GET k")).as("not by what is older").endsWith("=0:old");
    put("k", 10, "ten");
    awaitValue("k", text(10, "ten"));
    put("k", 10, "another");
    put("after", 2, "x");
    awaitValue("after", text(2, "x"));
    assertThat(get("k").get("k")).isEqualTo(value(10, "ten"));
  }

  private Map<String, Versioned> get(String... keys) {
    return cache.get(List.of(keys)).await().atMost(SOON);
  }

  private void put(String key, long version, String value) {
    cache.put(Map.of(key, value(version, value)), inAMinute());
  }

  private Instant inAMinute() {
    return clock.instant().plusSeconds(60);
  }

  private static Versioned value(long version, String text) {
    return new Versioned(Version.of(version), Buffer.buffer(text));
  }

  private static String text(long version, String value) {
    return ScriptedRedis.text(Version.of(version), value);
  }

  private double failures(String kind) {
    return metrics.counter("cache.failures", "kind", kind).count();
  }

  private double lost() {
    return metrics.counter("cache.fences.lost").count();
  }

  private static void awaitValue(String key, String value) {
    awaitThat(() -> value.equals(redis("GET " + key)));
  }

  private static void awaitThat(BooleanSupplier holds) {
    await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(holds::getAsBoolean);
  }

  /** Asks the server itself, around the link; a text, a number, or {@code -1} for nothing. */
  private static String redis(String command) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      var in = new DataInputStream(socket.getInputStream());
      var line = new StringBuilder();
      for (int next = in.read(); next != '\r'; next = in.read()) {
        line.append((char) next);
      }
      in.skipNBytes(1);
      String text = line.substring(1);
      return line.charAt(0) != '$' || text.equals("-1")
          ? text
          : new String(in.readNBytes(Integer.parseInt(text)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
