package io.ordersystem.notifications.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.contracts.EventType;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.MessageReads;
import io.ordersystem.notifications.message.MessageView;
import io.ordersystem.notifications.message.SendSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.quarkus.mailer.Mail;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shows what a message says, and has it sent again. */
@ApplicationScoped
class Resending {
  private static final int ACCEPTED = 202;
  private static final int MOST = 20;

  private final Transactions transactions;
  private final IdempotentRequests requests;
  private final MessageReads messages;
  private final Outgoing outgoing;
  private final Mails mails;
  private final Outbox outbox;
  private final SendSignal signal;
  private final ObjectMapper json;
  private final Clock clock;

  Resending(
      Transactions transactions,
      IdempotentRequests requests,
      MessageReads messages,
      Outgoing outgoing,
      Mails mails,
      Outbox outbox,
      SendSignal signal,
      ObjectMapper json,
      Clock clock) {
    this.transactions = transactions;
    this.requests = requests;
    this.messages = messages;
    this.outgoing = outgoing;
    this.mails = mails;
    this.outbox = outbox;
    this.signal = signal;
    this.json = json;
    this.clock = clock;
  }

  Uni<MessagePreview> preview(Caller caller, UUID id) {
    return transactions.inTransaction(
        tx -> messages.get(tx, caller, id).chain(seen -> outgoing.find(tx, id)).map(this::preview));
  }

  private MessagePreview preview(Message message) {
    Mail mail = mails.mail(message);
    return new MessagePreview(
        message.recipient().isEmpty() ? null : message.recipient(),
        mails.locale(message.locale()).toLanguageTag(),
        mail.getSubject(),
        mail.getText(),
        mail.getHtml());
  }

  /**
   * Who asks for what.
   *
   * @param key the {@code Idempotency-Key}
   * @param ifMatch the version that the caller knows
   */
  record Wish(
      Caller caller, UUID id, @Nullable String key, @Nullable String ifMatch, Cause cause) {}

  /** Queues a message that was sent, or has failed at least once, anew. */
  Uni<StoredAnswer> again(Wish wish) {
    var request =
        new IdempotentRequests.Request(
            wish.caller(),
            wish.key(),
            "POST /api/notifications/%s/resend".formatted(wish.id()),
            "");
    return requests.once(
        request,
        tx ->
            messages
                .lock(tx, wish.caller(), wish.id())
                .chain(seen -> {
                  mayBeSentAgain(seen, wish.ifMatch());
                  tx.afterCommit(signal::wake);
                  return queue(tx, seen, wish.cause());
                })
                .chain(() -> messages.get(tx, wish.caller(), wish.id()))
                .map(this::answer));
  }

  private static void mayBeSentAgain(MessageView message, @Nullable String ifMatch) {
    EntityTags.require(ifMatch, message.version());
    if (message.resends() >= MOST) {
      throw new DomainException(
          ProblemType.ILLEGAL_TRANSITION, "it was sent again %d times".formatted(MOST));
    }
  }

  private Uni<Void> queue(Tx tx, MessageView message, Cause cause) {
    return outgoing
        .again(tx, message.id(), OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .chain(changed -> {
          if (!changed) {
            throw new DomainException(
                ProblemType.ILLEGAL_TRANSITION, "it waits to be sent, or is being sent");
          }
          return outgoing.find(tx, message.id());
        })
        .chain(queued ->
            outbox.append(
                tx, queued.about().event(EventType.MESSAGE_QUEUED, queued.version(), cause)));
  }

  private StoredAnswer answer(MessageView view) {
    try {
      return new StoredAnswer(
          ACCEPTED, null, EntityTags.of(view.version()), json.writeValueAsString(view), false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message is always writable", e);
    }
  }
}
