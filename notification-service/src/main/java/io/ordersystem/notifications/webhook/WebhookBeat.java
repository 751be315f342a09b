package io.ordersystem.notifications.webhook;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

/** When deliveries are looked for: after a commit that made some, and each second. */
@ApplicationScoped
class WebhookBeat {
  private final SendWebhooks sender;
  private final Emitter<String> passes;

  WebhookBeat(
      SendWebhooks sender,
      @Channel("posting") @OnOverflow(OnOverflow.Strategy.LATEST) Emitter<String> passes) {
    this.sender = sender;
    this.passes = passes;
  }

  /** There may be something to post. Cheap, and may be called from an event loop. */
  void wake() {
    passes.send("due").whenComplete(WebhookBeat::logLostSignal);
  }

  /** One look after a commit; signals that arrive meanwhile become one further look. */
  @Incoming("posting")
  public Uni<Void> on(String signal) {
    return sender.begin();
  }

  /** The slow beat: retries, circuits, and what a lost signal or a crash has left. */
  @Scheduled(
      every = "1s",
      delayed = "2s",
      identity = "post-webhooks",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> beat() {
    return sender.begin();
  }

  private static void logLostSignal(@Nullable Void sent, @Nullable Throwable failure) {
    if (failure != null) {
      Log.debugf("A signal was dropped, the beat makes up for it: %s", failure.toString());
    }
  }
}
