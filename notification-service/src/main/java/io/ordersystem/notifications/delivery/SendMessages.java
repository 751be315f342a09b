package io.ordersystem.notifications.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.EventType;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.SendSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

/**
 * Sends queued messages: claims them under a lease, sends outside every transaction, records what
 * became of it.
 *
 * <p>Exactly once ends at SMTP: a process that dies between the server's acceptance and our record
 * leaves a lease that runs out, and the mail is sent again, with the same {@code Message-ID}.
 */
@ApplicationScoped
class SendMessages {
  private static final int ERROR_LIMIT = 500;

  private final Transactions transactions;
  private final Outgoing outgoing;
  private final Outbox outbox;
  private final ReactiveMailer mailer;
  private final Mails mails;
  private final DeliveryConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Emitter<String> passes;

  SendMessages(
      Transactions transactions,
      Outgoing outgoing,
      Outbox outbox,
      ReactiveMailer mailer,
      Mails mails,
      DeliveryConfig config,
      Clock clock,
      MeterRegistry metrics,
      @Channel("sending") @OnOverflow(OnOverflow.Strategy.LATEST) Emitter<String> passes) {
    this.transactions = transactions;
    this.outgoing = outgoing;
    this.outbox = outbox;
    this.mailer = mailer;
    this.mails = mails;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
    this.passes = passes;
  }

  void listen(@Observes StartupEvent started, SendSignal signal) {
    signal.listen(() -> passes.send("due").whenComplete(SendMessages::logLostSignal));
  }

  /** One pass after a commit; signals that arrive meanwhile become one further pass. */
  @Incoming("sending")
  public Uni<Void> on(String signal) {
    return pass();
  }

  /** The slow beat: retries, and what a lost signal or a crash has left. */
  @Scheduled(every = "1s", delayed = "2s", identity = "send-messages")
  Uni<Void> pass() {
    Instant now = clock.instant();
    return transactions
        .inTransaction(
            tx -> outgoing.claim(tx, time(now), time(now.plus(config.lease())), config.batch()))
        .chain(claimed ->
            Multi.createFrom()
                .iterable(claimed)
                .onItem()
                .transformToUni(this::send)
                .merge(config.concurrency())
                .collect()
                .last()
                .chain(() -> claimed.size() < config.batch() ? done() : pass()))
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("Sending waits for the database: %s", failure.toString()))
        // Claimed ones come back when their lease runs out; the next beat looks again.
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull();
  }

  private Uni<Void> send(Message message) {
    return Uni.createFrom()
        .item(() -> mails.mail(message))
        .chain(mail -> mailer.send(mail))
        .ifNoItem()
        .after(config.timeout())
        .fail()
        .chain(() -> transactions.inTransaction(tx -> sent(tx, message)))
        .onFailure(failure -> !isDatabase(failure))
        .recoverWithUni(failure -> transactions.inTransaction(tx -> failed(tx, message, failure)));
  }

  /**
   * A mail server that is away looks like a database that is away; only SQL states tell them apart.
   */
  private static boolean isDatabase(Throwable failure) {
    return !SqlFailures.sqlState(failure).equals("none");
  }

  private Uni<Void> sent(Tx tx, Message message) {
    return outgoing
        .sent(tx, message, time(clock.instant()))
        .chain(() -> outbox.append(tx, List.of(event(EventType.MESSAGE_SENT, message, "SENT"))))
        .invoke(() ->
            tx.afterCommit(() ->
                metrics
                    .counter("notifications.sent", "template", message.template().id())
                    .increment()));
  }

  private Uni<Void> failed(Tx tx, Message message, Throwable failure) {
    String error = cut(String.valueOf(failure.getMessage()));
    Log.warnf("Message %s was not sent (attempt %d): %s", message.id(), message.attempts(), error);
    if (message.attempts() <= config.retryAfter().size()) {
      Duration pause = config.retryAfter().get(message.attempts() - 1);
      long jitter = ThreadLocalRandom.current().nextLong(pause.toMillis() / 5 + 1);
      Instant again = clock.instant().plus(pause).plusMillis(jitter);
      return outgoing.tryAgain(tx, message, error, time(clock.instant()), time(again));
    }
    return outgoing
        .gaveUp(tx, message, error, time(clock.instant()))
        .chain(() -> outbox.append(tx, List.of(event(EventType.MESSAGE_FAILED, message, "FAILED"))))
        .invoke(() ->
            tx.afterCommit(() ->
                metrics
                    .counter("notifications.failed", "template", message.template().id())
                    .increment()));
  }

  private static io.ordersystem.platform.events.OutgoingEvent event(
      EventType type, Message message, String status) {
    return Message.event(
        type,
        message.id(),
        message.orderId(),
        message.template().id(),
        status,
        message.version() + 1,
        Cause.NONE);
  }

  private static String cut(String error) {
    return error.length() > ERROR_LIMIT ? error.substring(0, ERROR_LIMIT) : error;
  }

  private static void logLostSignal(@Nullable Void sent, @Nullable Throwable failure) {
    if (failure != null) {
      Log.debugf("A signal was dropped, the beat makes up for it: %s", failure.toString());
    }
  }

  private static Uni<Void> done() {
    return Uni.createFrom().voidItem();
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
