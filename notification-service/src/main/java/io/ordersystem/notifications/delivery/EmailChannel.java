package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.Channel;
import io.ordersystem.notifications.message.Message;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Mail, by SMTP. */
@Singleton
class EmailChannel implements Channel<Message, Void> {
  private final ReactiveMailer mailer;
  private final Mails mails;

  EmailChannel(ReactiveMailer mailer, Mails mails) {
    this.mailer = mailer;
    this.mails = mails;
  }

  @Override
  public String name() {
    return "EMAIL";
  }

  @Override
  public Uni<Void> send(Message message) {
    return Uni.createFrom().item(() -> mails.mail(message)).chain(mail -> mailer.send(mail));
  }
}
