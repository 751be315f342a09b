package io.ordersystem.notifications.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.contracts.EventType;
import io.ordersystem.notifications.message.Channel;
import io.ordersystem.notifications.message.Channels;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.SendSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.work.Coalescer;
import io.ordersystem.platform.work.Coalescer.Outcome;
import io.ordersystem.platform.work.Draining;
import io.ordersystem.platform.work.LeasedWork;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
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

  private static final Pattern ADDRESS = Pattern.compile("<?[^\\s<>\"',;:()]+@[^\\s<>\"',;:()]+>?");

  private final Transactions transactions;
  private final Outgoing outgoing;
  private final Outbox outbox;
  private final Queue queue;
  private final DeliveryConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Emitter<String> passes;
  private final FaultPoints faults;
  private final List<LeasedWork<Message>> works;
  private final Coalescer<Message, Boolean> sent;

  SendMessages(
      Transactions transactions,
      Outgoing outgoing,
      Outbox outbox,
      Queue queue,
      Channels channels,
      DeliveryConfig config,
      Clock clock,
      Draining draining,
      MeterRegistry metrics,
      FaultPoints faults,
      Vertx vertx,
      @org.eclipse.microprofile.reactive.messaging.Channel("sending")
          @OnOverflow(OnOverflow.Strategy.LATEST)
          Emitter<String> passes) {
    this.transactions = transactions;
    this.outgoing = outgoing;
    this.outbox = outbox;
    this.queue = queue;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
    this.passes = passes;
    this.faults = faults;
    this.works = channels.all().stream().map(channel -> work(channel, draining)).toList();
    int most = config.concurrency() * works.size();
    this.sent =
        new Coalescer<>(
            vertx,
            new Coalescer.Limits(1, most, most, config.lease(), Duration.ZERO),
            message -> List.of(message.id().toString()),
            this::sent,
            SqlFailures::isUnavailable);
  }

  void listen(@Observes StartupEvent started, SendSignal signal) {
    signal.listen(() -> passes.send("due").whenComplete(SendMessages::logLostSignal));
  }

  /** One pass after a commit; signals that arrive meanwhile become one further pass. */
  @Incoming("sending")
  public Uni<Void> on(String signal) {
    return passes();
  }

  /** The slow beat: retries, and what a lost signal or a crash has left. */
  @Scheduled(every = "1s", delayed = "2s", identity = "send-messages")
  Uni<Void> beat() {
    return passes();
  }

  /** Each channel has places of its own: one that is slow keeps no other waiting. */
  private Uni<Void> passes() {
    return Uni.join()
        .all(works.stream().map(LeasedWork::pass).toList())
        .andCollectFailures()
        .replaceWithVoid();
  }

  private LeasedWork<Message> work(Channel<Message, Void> channel, Draining draining) {
    return new LeasedWork<>(
        "sending-" + channel.name(),
        config.concurrency(),
        free -> claim(channel, free),
        message -> send(channel, message),
        draining,
        metrics);
  }

  private Uni<List<Message>> claim(Channel<Message, Void> channel, int free) {
    return transactions.inTransaction(tx -> queue.claim(tx, channel.name(), clock.instant(), free));
  }

  /**
   * Sends, then records. Two steps: a database that is away while a sent message is recorded is no
   * failure of the message, and must not send it again.
   */
  private Uni<Void> send(Channel<Message, Void> channel, Message message) {
    return faults
        .pass(FaultPoint.CALL_BEFORE)
        .chain(() -> timed(channel, message))
        .call(() -> faults.pass(FaultPoint.CALL_AFTER))
        .chain(failure -> recorded(message, failure));
  }

  /** Empty when it was accepted. */
  private Uni<Optional<Throwable>> timed(Channel<Message, Void> channel, Message message) {
    Timer.Sample sample = Timer.start(metrics);
    return Uni.createFrom()
        .deferred(() -> channel.send(message))
        .ifNoItem()
        .after(config.timeout())
        .fail()
        .map(done -> Optional.<Throwable>empty())
        .onFailure()
        .recoverWithItem(Optional::of)
        .invoke(failure ->
            sample.stop(
                Durations.ofAnswers("notifications.send.duration")
                    .tags(
                        "channel", channel.name(), "outcome", failure.isEmpty() ? "sent" : "failed")
                    .register(metrics)));
  }

  /** Tried again while the lease lasts: whoever claims the message afterwards sends it again. */
  private Uni<Void> recorded(Message message, Optional<Throwable> failure) {
    return Uni.createFrom()
        .deferred(() ->
            failure
                .map(reason -> transactions.inTransaction(tx -> failed(tx, message, reason)))
                .orElseGet(() -> sent.ask(message).replaceWithVoid()))
        .onFailure(SqlFailures::isPassing)
        .retry()
        .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(2))
        .expireIn(config.lease().minus(config.timeout()).toMillis());
  }

  /** What is sent while others are recorded shares a transaction. */
  private Uni<List<Outcome<Boolean>>> sent(List<Message> messages) {
    return transactions.inTransaction(tx ->
        tx.sharedBy(messages.size())
            .chain(() -> outgoing.sent(tx, messages, time(clock.instant())))
            .call(changed ->
                tell(
                    tx,
                    messages.stream().filter(message -> changed.contains(message.id())).toList(),
                    EventType.MESSAGE_SENT,
                    "notifications.sent"))
            .map(changed ->
                messages.stream()
                    .map(message -> Outcome.of(changed.contains(message.id())))
                    .toList()));
  }

  /** Tells only of versions that are ours: after a lease another sender may have been faster. */
  private Uni<Void> tell(Tx tx, List<Message> changed, EventType type, String counter) {
    tx.afterCommit(() ->
        changed.forEach(message ->
            metrics
                .counter(
                    counter,
                    "template",
                    message.template().id(),
                    "channel",
                    message.about().channel())
                .increment()));
    return outbox.append(
        tx,
        changed.stream()
            .map(message -> message.about().event(type, message.version() + 1, Cause.NONE))
            .flatMap(List::stream)
            .toList());
  }

  private Uni<Void> failed(Tx tx, Message message, Throwable failure) {
    String error = cut(withoutAddresses(String.valueOf(failure.getMessage())));
    Log.warnf("Message %s was not sent (attempt %d): %s", message.id(), message.attempts(), error);
    if (message.attemptsNow() <= config.retryAfter().size()) {
      Duration pause = config.retryAfter().get(message.attemptsNow() - 1);
      long jitter = ThreadLocalRandom.current().nextLong(pause.toMillis() / 5 + 1);
      Instant again = clock.instant().plus(pause).plusMillis(jitter);
      return outgoing.tryAgain(tx, message, error, time(clock.instant()), time(again));
    }
    return outgoing
        .gaveUp(tx, message, error, time(clock.instant()))
        .chain(changed ->
            tell(
                tx,
                changed ? List.of(message) : List.of(),
                EventType.MESSAGE_FAILED,
                "notifications.failed"));
  }

  /** Mail servers repeat the address that they refuse; it belongs neither in logs nor in rows. */
  static String withoutAddresses(String text) {
    return ADDRESS.matcher(text).replaceAll("<address>");
  }

  private static String cut(String error) {
    return error.length() > ERROR_LIMIT ? error.substring(0, ERROR_LIMIT) : error;
  }

  private static void logLostSignal(@Nullable Void sent, @Nullable Throwable failure) {
    if (failure != null) {
      Log.debugf("A signal was dropped, the beat makes up for it: %s", failure.toString());
    }
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
