package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.Channel;
import io.ordersystem.notifications.message.Message;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A further channel, to show that it takes one class. Remembers what it sent; has a low limit. */
@Singleton
class SlowChannel implements Channel<Message, Void> {
  private final List<UUID> sent = new CopyOnWriteArrayList<>();

  @Override
  public String name() {
    return "SLOW";
  }

  @Override
  public Uni<Void> send(Message message) {
    sent.add(message.id());
    return Uni.createFrom().voidItem();
  }

  /** In the order in which they were sent. */
  List<UUID> sent() {
    return List.copyOf(sent);
  }
}
