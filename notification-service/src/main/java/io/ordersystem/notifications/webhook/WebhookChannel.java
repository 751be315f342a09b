package io.ordersystem.notifications.webhook;

import io.ordersystem.notifications.message.Channel;
import io.ordersystem.notifications.webhook.Outcome.Kind;
import io.ordersystem.platform.cards.CardNumbers;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts signed messages to endpoints. Resolves each time, connects to the very address that was
 * checked, follows no redirect, and reads no more of an answer than is kept.
 *
 * <p>At least once: an endpoint whose answer is lost gets the message again, with the same {@code
 * webhook-id}.
 */
@Singleton
class WebhookChannel implements Channel<Delivery, Outcome> {
  static final String NAME = "WEBHOOK";

  private static final int KEPT_OF_ANSWER = 1024;
  private static final long CANCEL = 8;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int BAD_REQUEST = 400;
  private static final int GONE = 410;

  private final WebhookConfig config;
  private final TargetRules rules;
  private final TargetGuard guard;
  private final Vertx vertx;
  private final ExecutorService threads;
  private final HttpClient http;
  private final Clock clock;

  @Inject
  WebhookChannel(
      WebhookConfig config,
      TargetRules rules,
      TargetGuard guard,
      Vertx vertx,
      @VirtualThreads ExecutorService threads,
      Clock clock) {
    this(config, rules, guard, vertx, threads, clock, new HttpClientOptions());
  }

  /** With other authorities than the JVM's. */
  WebhookChannel(
      WebhookConfig config,
      TargetRules rules,
      TargetGuard guard,
      Vertx vertx,
      ExecutorService threads,
      Clock clock,
      HttpClientOptions trust) {
    this.config = config;
    this.rules = rules;
    this.guard = guard;
    this.vertx = vertx;
    this.threads = threads;
    this.clock = clock;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions(trust)
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                // Per address: a host of many endpoints must not become a queue.
                .setMaxPoolSize(config.concurrency())
                .setKeepAliveTimeout(10)
                .setMaxHeaderSize(16 * 1024)
                // A URL may be a secret, and a stranger needs nothing of our traces.
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setDecompressionSupported(false));
  }

  @PreDestroy
  void close() {
    http.close();
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Posts once, outside every transaction. A failure of the other side is an outcome. */
  @Override
  public Uni<Outcome> send(Delivery delivery) {
    Transactions.mustNotBeOpen();
    Instant began = clock.instant();
    Context caller = vertx.getOrCreateContext();
    return Uni.createFrom()
        .item(() -> {
          Target target = Target.parse(delivery.url(), rules);
          return new Way(target, guard.resolve(target));
        })
        .runSubscriptionOn(threads)
        .emitOn(command -> caller.runOnContext(ignored -> command.run()))
        .chain(way ->
            Uni.createFrom().completionStage(() -> post(way, delivery, began).toCompletionStage()))
        .ifNoItem()
        .after(config.timeout())
        .fail()
        .map(answer -> outcome(answer, since(began)))
        .onFailure(WebhookChannel::isTheirs)
        .recoverWithItem(failure -> failure(failure, since(began)));
  }

  private record Way(Target target, InetSocketAddress address) {}

  private record Answer(int status, String body) {}

  private Duration since(Instant began) {
    Duration taken = Duration.between(began, clock.instant());
    return taken.isNegative() ? Duration.ZERO : taken;
  }

  private Future<Answer> post(Way way, Delivery delivery, Instant at) {
    Target target = way.target();
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            // What is connected to; the host stays the name in Host, SNI and the certificate.
            .setServer(
                SocketAddress.inetSocketAddress(
                    target.port(), way.address().getAddress().getHostAddress()))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(target.tls())
            .setURI(target.pathAndQuery())
            .setFollowRedirects(false)
            .putHeader("host", target.authority())
            .putHeader("content-type", "application/json; charset=utf-8")
            .putHeader("user-agent", "ordersystem-webhooks/1")
            .putHeader("webhook-id", delivery.messageId().toString())
            .putHeader("webhook-timestamp", Long.toString(at.getEpochSecond()))
            .putHeader(
                "webhook-signature",
                Secrets.sign(
                    delivery.secret(),
                    delivery.previousSecret(),
                    delivery.messageId(),
                    at,
                    delivery.body()));
    return http.request(options)
        .compose(request -> {
          // One deadline for all: what resolving and connecting took is gone from it.
          long left = config.timeout().minus(since(at)).toMillis();
          if (left <= 0) {
            request.reset(CANCEL);
            return Future.failedFuture(new TimeoutException("no answer in time"));
          }
          long timer =
              vertx.setTimer(
                  left, late -> request.reset(CANCEL, new TimeoutException("no answer in time")));
          return request
              .send(Buffer.buffer(delivery.body()))
              .compose(response -> read(request, response))
              .onComplete(done -> vertx.cancelTimer(timer));
        });
  }

  /** Reads what is kept, and no more than the limit: then the connection is closed. */
  private Future<Answer> read(HttpClientRequest request, HttpClientResponse response) {
    Promise<Answer> answered = Promise.promise();
    var kept = Buffer.buffer();
    var seen = new int[1];
    response.handler(chunk -> {
      int room = KEPT_OF_ANSWER - kept.length();
      kept.appendBuffer(chunk.slice(0, Math.clamp(room, 0, chunk.length())));
      seen[0] += chunk.length();
      if (seen[0] > config.answerLimit()
          && answered.tryComplete(new Answer(response.statusCode(), text(kept)))) {
        request.reset(CANCEL);
      }
    });
    response.endHandler(end -> answered.tryComplete(new Answer(response.statusCode(), text(kept))));
    response.exceptionHandler(answered::tryFail);
    return answered.future();
  }

  /** What a stranger answered, as it may be stored and shown: PostgreSQL has no NUL. */
  private static String text(Buffer kept) {
    return CardNumbers.mask(kept.toString(StandardCharsets.UTF_8).replace('\0', '\ufffd'));
  }

  private static Outcome outcome(Answer answer, Duration duration) {
    int status = answer.status();
    Kind kind = kind(status);
    String error =
        switch (kind) {
          case DELIVERED -> null;
          case REDIRECTED -> "HTTP %d: redirects are not followed".formatted(status);
          default -> "HTTP %d".formatted(status);
        };
    return new Outcome(kind, status, duration, error, answer.body());
  }

  private static Kind kind(int status) {
    if (status >= 200 && status < MULTIPLE_CHOICES) {
      return Kind.DELIVERED;
    }
    if (status == GONE) {
      return Kind.GONE;
    }
    return status >= MULTIPLE_CHOICES && status < BAD_REQUEST ? Kind.REDIRECTED : Kind.REFUSED;
  }

  /** Not a defect of ours, which must not count against an endpoint: its lease runs out. */
  private static boolean isTheirs(Throwable failure) {
    return failure instanceof TargetRefused
        || failure instanceof IOException
        || failure instanceof VertxException
        || failure instanceof TimeoutException
        || failure instanceof io.smallrye.mutiny.TimeoutException;
  }

  private static Outcome failure(Throwable failure, Duration duration) {
    if (failure instanceof TargetRefused refused) {
      return new Outcome(Kind.BLOCKED, null, duration, refused.reason(), null);
    }
    if (failure instanceof TimeoutException
        || failure.getCause() instanceof TimeoutException
        || failure instanceof io.smallrye.mutiny.TimeoutException) {
      return new Outcome(Kind.TIMED_OUT, null, duration, "no answer in time", null);
    }
    return new Outcome(Kind.UNREACHABLE, null, duration, unreachable(failure), null);
  }

  private static String unreachable(@Nullable Throwable failure) {
    if (failure instanceof SSLException
        || failure != null && failure.getCause() instanceof SSLException) {
      return "no TLS connection: the certificate or the protocol was refused";
    }
    return failure instanceof ConnectException ? "cannot be connected to" : "the connection broke";
  }
}
