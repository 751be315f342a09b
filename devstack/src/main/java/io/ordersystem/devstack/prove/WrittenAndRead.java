package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes by REST, each read right after it with the token that it was answered, and now and then
 * without: counts who saw less than was written. Nothing is repeated, so that an error is seen.
 */
final class WrittenAndRead implements AutoCloseable {
  private static final String TOKEN = "Consistency-Token";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int UNTOKENED_EVERY = 10;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String bearer;
  private final Map<String, Integer> sources = new ConcurrentSkipListMap<>();
  private final Map<String, Integer> strangers = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicLong> newest = new ConcurrentHashMap<>();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private final AtomicLong staleStrangers = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile String firstError = "";

  WrittenAndRead(String bearer) {
    this.bearer = bearer;
  }

  /**
   * Something with a version that can be written again and again.
   *
   * @param body of the n-th write
   */
  record Subject(String path, String method, String contentType, BodyOf body) {}

  /** The n-th content. */
  @FunctionalInterface
  interface BodyOf {
    String of(long n);
  }

  /** One write, one read with its token; of some, one without. */
  void once(Subject subject) throws InterruptedException {
    try {
      writeAndRead(subject);
    } catch (IOException e) {
      failed(e.toString());
    }
  }

  private void writeAndRead(Subject subject) throws IOException, InterruptedException {
    long n = written.incrementAndGet();
    HttpResponse<String> write =
        send(
            request(subject.path(), null)
                .header("Content-Type", subject.contentType())
                .method(
                    subject.method(), HttpRequest.BodyPublishers.ofString(subject.body().of(n))));
    if (!isFine(write)) {
      return;
    }
    newest
        .computeIfAbsent(subject.path(), path -> new AtomicLong())
        .accumulateAndGet(version(write), Math::max);
    String token = write.headers().firstValue(TOKEN).orElse(null);
    if (token == null) {
      failed("no token: " + write);
      return;
    }
    HttpResponse<String> read = send(request(subject.path(), token));
    if (isFine(read)) {
      count(sources, read);
      if (version(read) < version(write)) {
        stale.incrementAndGet();
      }
    }
    if (n % UNTOKENED_EVERY == 0) {
      HttpResponse<String> stranger = send(request(subject.path(), null));
      if (isFine(stranger)) {
        count(strangers, stranger);
        staleStrangers.addAndGet(version(stranger) < version(write) ? 1 : 0);
      }
    }
  }

  /** Whether a read by nobody in particular is answered from there before long. */
  boolean comesFrom(String path, String source, Duration within) {
    return comesFrom(path, source, within, answer -> {});
  }

  private boolean comesFrom(
      String path, String source, Duration within, Consumer<HttpResponse<String>> last) {
    return Await.within(
        within,
        () -> {
          try {
            HttpResponse<String> read = send(request(path, null));
            boolean there = isFine(read) && source(read).equals(source);
            if (there) {
              last.accept(read);
            }
            return there;
          } catch (IOException e) {
            failed(e.toString());
            return false;
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ComponentFailed("interrupted", e);
          }
        });
  }

  /**
   * Whether a read by nobody in particular is answered from the cache before long, and not as it
   * was before the last write here.
   */
  boolean isCachedAsWritten(Subject subject, Duration within) {
    AtomicLong least = newest.computeIfAbsent(subject.path(), path -> new AtomicLong());
    var seen = new AtomicLong(-1);
    boolean cached =
        comesFrom(subject.path(), "cache", within, answer -> seen.set(version(answer)));
    return cached && seen.get() >= least.get();
  }

  /** How many reads without a token saw less than was written. */
  long staleStrangers() {
    return staleStrangers.get();
  }

  /** How many reads with a token were answered from there. */
  int sources(String source) {
    return sources.getOrDefault(source, 0);
  }

  /** How many reads without one were. */
  int strangers(String source) {
    return strangers.getOrDefault(source, 0);
  }

  long written() {
    return written.get();
  }

  /** Whether everybody was answered, and nobody who had a token saw less than it had written. */
  boolean holds() {
    return stale.get() == 0 && errors.get() == 0 && written.get() > 0;
  }

  @Override
  public String toString() {
    return "%,d writes; with token: %d stale, answered by %s; without: %d stale, answered by %s; %d errors%s"
        .formatted(
            written.get(),
            stale.get(),
            sources,
            staleStrangers.get(),
            strangers,
            errors.get(),
            errors.get() == 0 ? "" : ", the first: " + firstError);
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpRequest.Builder request(String path, @Nullable String token) {
    var request =
        HttpRequest.newBuilder(URI.create(LocalPort.GATEWAY.url() + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + bearer);
    return token == null ? request : request.header(TOKEN, token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private boolean isFine(HttpResponse<String> answer) {
    boolean fine = answer.statusCode() / 100 == 2;
    if (!fine) {
      failed(answer + " " + answer.body());
    }
    return fine;
  }

  private void failed(String why) {
    if (errors.getAndIncrement() == 0) {
      firstError = why;
    }
  }

  private static void count(Map<String, Integer> where, HttpResponse<String> answer) {
    where.merge(source(answer), 1, Integer::sum);
  }

  private static String source(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Read-Source").orElse("?");
  }

  private static long version(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("ETag")
        .map(tag -> Long.parseLong(tag.replace("\"", "")))
        .orElseThrow(() -> new ComponentFailed("no ETag: " + answer));
  }
}
