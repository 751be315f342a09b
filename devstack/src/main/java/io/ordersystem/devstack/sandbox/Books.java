package io.ordersystem.devstack.sandbox;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything the sandbox knows, rebuilt from the journal by applying the same entries in the same
 * order. Used from one thread only.
 */
final class Books {
  private final Limits limits;
  private final Clock clock;
  private final Shelf<Intent> intents = new Shelf<>();
  private final Shelf<Refund> refunds = new Shelf<>();
  private final Shelf<Dispute> disputes = new Shelf<>();
  private final Shelf<Event> events = new Shelf<>();
  private final Map<String, Entry> answers = new LinkedHashMap<>();

  Books(Limits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** Takes an entry into account; returns its events. */
  List<Event> apply(Entry read) {
    var entry = shared(read);
    var settled = entry.settledEvent();
    if (settled != null) {
      settle(settled);
      return List.of();
    }
    var intent = entry.intent();
    if (intent != null) {
      intents.put(intent.id(), intent);
    }
    var refund = entry.refund();
    if (refund != null) {
      refunds.put(refund.id(), refund);
    }
    var dispute = entry.dispute();
    if (dispute != null) {
      disputes.put(dispute.id(), dispute);
    }
    var key = entry.key();
    if (key != null) {
      answers.put(key.value(), entry);
      forgetOldAnswers();
    }
    return announce(entry);
  }

  void settle(String id) {
    events.find(id).ifPresent(event -> events.put(id, event.settled()));
  }

  private Entry shared(Entry entry) {
    var intent = entry.intent();
    if (intent == null) {
      return entry;
    }
    return intents
        .find(intent.id())
        .map(known -> entry.with(intent.sharing(known.terms())))
        .orElse(entry);
  }

  private List<Event> announce(Entry entry) {
    var announced = new ArrayList<Event>();
    for (var announcement : entry.events()) {
      var event = new Event(announcement.id(), announcement.type(), entry, announcement.deliver());
      announced.add(event);
      events.put(event.id(), event);
      if (events.size() > limits.events()) {
        events.removeOldest(events.oldest().id());
      }
    }
    return announced;
  }

  private void forgetOldAnswers() {
    var oldest = answers.values().iterator();
    while (oldest.hasNext()) {
      var entry = oldest.next();
      if (answers.size() <= limits.answers() && !expired(entry)) {
        return;
      }
      oldest.remove();
    }
  }

  private boolean expired(Entry entry) {
    return entry.at() < clock.millis() - limits.answersFor().toMillis();
  }

  Optional<Entry> answer(@Nullable String key) {
    return key == null
        ? Optional.empty()
        : Optional.ofNullable(answers.get(key)).filter(entry -> !expired(entry));
  }

  /** Refuses a further intent when the books are full. */
  void checkRoom() {
    if (intents.size() >= limits.intents()) {
      throw StripeErrors.full("payment intents", limits.intents());
    }
  }

  /** Intents in the path are 404 when unknown; {@code status} is 400 for those in a parameter. */
  Intent intent(String id, int status) {
    return intents
        .find(id)
        .orElseThrow(() -> StripeErrors.noSuch(status, "payment_intent", id, "intent"));
  }

  Refund refund(String id) {
    return refunds.find(id).orElseThrow(() -> StripeErrors.noSuch(404, "refund", id, "id"));
  }

  Dispute dispute(String id) {
    return disputes.find(id).orElseThrow(() -> StripeErrors.noSuch(404, "dispute", id, "id"));
  }

  Event event(String id) {
    return events.find(id).orElseThrow(() -> StripeErrors.noSuch(404, "event", id, "id"));
  }

  Shelf<Intent> intents() {
    return intents;
  }

  Shelf<Refund> refunds() {
    return refunds;
  }

  Shelf<Dispute> disputes() {
    return disputes;
  }

  Shelf<Event> events() {
    return events;
  }

  /** The events whose delivery had not ended when the process did, oldest first. */
  List<Event> pending() {
    return events.oldestFirst().stream().filter(Event::pending).toList();
  }
}
