package io.ordersystem.devstack.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A load over so many connections, each with one request in flight: closed, where each sends its
 * next request when it has its answer, or open, where the times of all requests are fixed before
 * and an answer's time counts from there, so that nobody's waiting is left out (coordinated
 * omission). It shares the machine with what it measures, so it writes prepared bytes and reads of
 * an answer only its status, its length and one header. HTTP/1.1 on the loopback, answers with a
 * {@code Content-Length}.
 */
final class HttpLoad implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final NetClient client =
      vertx.createNetClient(
          new NetClientOptions().setConnectTimeout((int) CONNECT.toMillis()).setTcpNoDelay(true));

  /**
   * What a round came to.
   *
   * @param perSecond answers per second within the round
   * @param statuses answers by status, those that came after its end included
   * @param values the same answers by the value of the header that was asked for; empty text where
   *     it was missing
   */
  record Result(
      double perSecond,
      TreeMap<Integer, Integer> statuses,
      TreeMap<String, Integer> values,
      Histogram micros) {
    int answers() {
      return statuses.values().stream().mapToInt(count -> count).sum();
    }

    int count(int status) {
      return statuses.getOrDefault(status, 0);
    }
  }

  /**
   * Sends requests for a while, then waits for the last answers.
   *
   * @param port on the loopback
   * @param requests makes the next request's bytes; called from one thread
   */
  Result run(int port, int connections, Duration time, Supplier<Buffer> requests)
      throws InterruptedException {
    return run(port, connections, time, requests, null);
  }

  /**
   * The same, and looks at a header of each answer.
   *
   * @param header whose values are counted; few different ones
   */
  Result run(
      int port, int connections, Duration time, Supplier<Buffer> requests, @Nullable String header)
      throws InterruptedException {
    return run(
        port,
        connections,
        time,
        new Round(connections, System.nanoTime() + time.toNanos(), requests, header, null));
  }

  /** The same closed load, and tells of each answer. */
  Result run(
      int port,
      int connections,
      Duration time,
      Supplier<Buffer> requests,
      String header,
      Listener listener)
      throws InterruptedException {
    return run(
        port,
        connections,
        time,
        new Round(connections, System.nanoTime() + time.toNanos(), requests, header, listener));
  }

  private Result run(int port, int connections, Duration time, Round round)
      throws InterruptedException {
    vertx.runOnContext(start -> {
      for (int i = 0; i < connections; i++) {
        client
            .connect(port, "127.0.0.1")
            .onSuccess(round::use)
            .onFailure(failure -> round.lost(failure.toString()));
      }
    });
    long began = System.nanoTime();
    try {
      round.ended.get(time.plus(DRAIN).toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the load did not end: " + e, e);
    }
    double seconds = Math.min(time.toNanos(), System.nanoTime() - began) / 1e9;
    return new Result(round.within.get() / seconds, round.statuses, round.values, round.micros);
  }

  /** What is told of each answer, on one thread. */
  @FunctionalInterface
  interface Listener {
    /**
     * An answer has come.
     *
     * @param value of the header that was asked for; empty text where it was missing
     * @param since when the request was due, by {@link System#nanoTime}
     */
    void answered(int status, String value, long since);
  }

  /**
   * Sends requests at fixed times, evenly, and waits for the last answers. What the connections
   * cannot take is sent late, and counts from when it was due.
   *
   * @param perSecond requests, whatever becomes of them
   * @param header is told to the listener
   */
  Result open(
      int port,
      int connections,
      Duration time,
      double perSecond,
      Supplier<Buffer> requests,
      String header,
      Listener listener)
      throws InterruptedException {
    long start = System.nanoTime() + CONNECT.toNanos() / 10;
    var round =
        new Round(connections, start + time.toNanos(), requests, header, listener)
            .every((long) (1e9 / perSecond), start);
    return run(port, connections, time, round);
  }

  /**
   * A request for {@link #run} without a body.
   *
   * @param headers further ones, each ended by CR and LF
   */
  static Buffer get(String path, String token, String headers) {
    return Buffer.buffer(
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n%s\r\n"
            .formatted(path, token, headers));
  }

  /** A request for {@link #run}: JSON by POST. */
  static Buffer post(String path, String token, String body) {
    return Buffer.buffer(
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(path, token, body.length(), body));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** One round; everything in it happens on one event loop. */
  private final class Round {
    private final AtomicInteger open;
    private final long end;
    private final Supplier<Buffer> requests;
    private final AtomicInteger within = new AtomicInteger();
    private final TreeMap<Integer, Integer> statuses = new TreeMap<>();
    private final TreeMap<String, Integer> values = new TreeMap<>();
    private final byte @Nullable [] header;
    private final @Nullable Listener listener;
    private long interval;
    private long due;
    private final Histogram micros = new Histogram(60_000_000, 2);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Round(
        int connections,
        long end,
        Supplier<Buffer> requests,
        @Nullable String header,
        @Nullable Listener listener) {
      this.listener = listener;
      this.open = new AtomicInteger(connections);
      this.end = end;
      this.requests = requests;
      this.header =
          header == null
              ? null
              : (header.toLowerCase(Locale.ROOT) + ": ").getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes it an open load. */
    Round every(long nanos, long start) {
      interval = nanos;
      due = start;
      return this;
    }

    /** When the next request is due. */
    private long next() {
      if (interval == 0) {
        return System.nanoTime();
      }
      long next = due;
      due += interval;
      return next;
    }

    void use(NetSocket socket) {
      new Connection(socket).next();
    }

    void lost(String why) {
      ended.completeExceptionally(new IllegalStateException(why));
    }

    void answered(Buffer answer, long since) {
      long now = System.nanoTime();
      int status = digit(answer, 9) * 100 + digit(answer, 10) * 10 + digit(answer, 11);
      if (listener != null) {
        listener.answered(status, header == null ? "" : value(answer, header), since);
      } else if (header != null) {
        values.merge(value(answer, header), 1, Integer::sum);
      }
      statuses.merge(status, 1, Integer::sum);
      micros.recordValue(Math.min((now - since) / 1_000, 59_000_000));
      if (now <= end) {
        within.incrementAndGet();
      }
    }

    private final class Connection {
      private final NetSocket socket;
      private Buffer received = Buffer.buffer();
      private long since;
      private boolean over;

      Connection(NetSocket socket) {
        this.socket = socket;
        socket.handler(this::receive);
        socket.closeHandler(closed -> {
          if (!over) {
            lost("a connection was closed");
          }
        });
      }

      void next() {
        since = Round.this.next();
        if (since >= end) {
          over = true;
          socket.close();
          if (open.decrementAndGet() == 0) {
            ended.complete(null);
          }
          return;
        }
        long early = since - System.nanoTime();
        if (early <= 0) {
          socket.write(requests.get());
        } else {
          // Timers have milliseconds: up to one late, which counts as the server's.
          vertx.setTimer(
              TimeUnit.NANOSECONDS.toMillis(early) + 1, late -> socket.write(requests.get()));
        }
      }

      private void receive(Buffer part) {
        Buffer answer = received.length() == 0 ? part : received.appendBuffer(part);
        int size = size(answer);
        if (size < 0 || answer.length() < size) {
          received = answer;
          return;
        }
        received = Buffer.buffer();
        answered(answer, since);
        next();
      }
    }

    /** Head and body together; -1 while the head is not complete. */
    private static int size(Buffer answer) {
      for (int i = 0; i + 3 < answer.length(); i++) {
        if (answer.getByte(i) == '\r'
            && answer.getByte(i + 1) == '\n'
            && answer.getByte(i + 2) == '\r') {
          return i + 4 + contentLength(answer, i);
        }
      }
      return -1;
    }

    private static int contentLength(Buffer answer, int headEnd) {
      int value = 0;
      int at = valueOf(answer, headEnd, LENGTH);
      for (; at > 0 && at < headEnd && answer.getByte(at) >= '0'; at++) {
        value = value * 10 + digit(answer, at);
      }
      return value;
    }

    private static String value(Buffer answer, byte[] header) {
      int from = valueOf(answer, answer.length(), header);
      int to = from;
      while (to > 0 && answer.getByte(to) != '\r') {
        to++;
      }
      return from < 0 ? "" : answer.getString(from, to);
    }

    /** Where a header's value begins; -1 when it is not in the head. */
    private static int valueOf(Buffer answer, int limit, byte[] header) {
      for (int i = 0; i + header.length < limit; i++) {
        if (isHeader(answer, i, header)) {
          return i + header.length;
        }
        if (answer.getByte(i) == '\n' && answer.getByte(i + 1) == '\r') {
          return -1;
        }
      }
      return -1;
    }

    private static boolean isHeader(Buffer answer, int at, byte[] header) {
      for (int i = 0; i < header.length; i++) {
        if (Character.toLowerCase((char) answer.getByte(at + i)) != header[i]) {
          return false;
        }
      }
      return true;
    }

    private static int digit(Buffer text, int at) {
      return text.getByte(at) - '0';
    }
  }
}
