package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.process.ComponentFailed;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes beside reads: one at a time, a change of an order's contact for every so many reads. A
 * read asks for the order that was written last, with the {@code Consistency-Token} of that write:
 * the hardest case for a replica.
 */
final class TokenedWrites implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = 200_000;

  /** A service that refuses more than these is not one to be measured. */
  private static final int MOST_REFUSED = 20;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String address;
  private final String token;
  private final List<UUID> orders;
  private final long readsPerWrite;
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private int refused;
  private volatile Buffer read;
  private volatile @Nullable RuntimeException failure;
  private final Thread writer = Thread.ofPlatform().name("bench-writes").unstarted(this::work);

  /**
   * Writes once, so that there is something to read, and goes on as reads are asked for.
   *
   * @param orders that may be changed, in turn
   */
  TokenedWrites(int port, String token, List<UUID> orders, int readsPerWrite) {
    this.address = "http://127.0.0.1:" + port;
    this.token = token;
    this.orders = List.copyOf(orders);
    this.readsPerWrite = readsPerWrite;
    this.read = write();
    writer.start();
  }

  /** The next read's bytes. */
  Supplier<Buffer> requests() {
    return () -> {
      reads.incrementAndGet();
      return read;
    };
  }

  /** Writes that were answered so far. */
  long writes() {
    return writes.get();
  }

  /** Writes as if so many reads were asked for in each second. */
  void writeAlone(double readsPerSecond, Duration time) {
    long began = System.nanoTime();
    long before = reads.get();
    while (System.nanoTime() - began < time.toNanos()) {
      reads.set(before + (long) (readsPerSecond * (System.nanoTime() - began) / 1e9));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void work() {
    try {
      while (!ended.get()) {
        if (reads.get() / readsPerWrite >= writes.get()) {
          read = write();
        } else {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    } catch (ComponentFailed e) {
      failure = e;
    }
  }

  private Buffer write() {
    long number = writes.get() + refused;
    UUID order = orders.get((int) (number % orders.size()));
    var request =
        HttpRequest.newBuilder(URI.create(address + "/api/orders/" + order))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/merge-patch+json")
            .method(
                "PATCH",
                HttpRequest.BodyPublishers.ofString(
                    "{\"contact\": {\"name\": \"Reader %d\"}}".formatted(number)))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        refused++;
        if (refused > MOST_REFUSED) {
          throw new ComponentFailed(
              "changes are refused, that of order %s with %d: %s"
                  .formatted(order, answer.statusCode(), answer.body()));
        }
        return write();
      }
      writes.incrementAndGet();
      String header =
          answer
              .headers()
              .firstValue("Consistency-Token")
              .map(value -> "Consistency-Token: " + value + "\r\n")
              .orElse("");
      return HttpLoad.get("/api/orders/" + order, token, header);
    } catch (IOException e) {
      throw new ComponentFailed("a change of order %s failed: %s".formatted(order, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while writing", e);
    }
  }

  /** Ends the writes; throws when one of them failed. */
  @Override
  public void close() {
    ended.set(true);
    try {
      writer.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
