package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.EndpointContent;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.OrderContent;
import io.quarkus.mailer.Mail;
import io.quarkus.qute.Engine;
import io.quarkus.qute.Template;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Mails from messages, in their recipients' languages. */
@Singleton
class Mails {
  private static final Set<String> LANGUAGES = Set.of("en", "de");
  private static final Map<String, String> SUBJECTS =
      Map.ofEntries(
          Map.entry("order-confirmed/en", "Your order %s is confirmed"),
          Map.entry("order-confirmed/de", "Ihre Bestellung %s ist bestätigt"),
          Map.entry("order-cancelled/en", "Your order %s was cancelled"),
          Map.entry("order-cancelled/de", "Ihre Bestellung %s wurde storniert"),
          Map.entry("order-shipped/en", "A parcel of your order %s is on its way"),
          Map.entry("order-shipped/de", "Ein Paket Ihrer Bestellung %s ist unterwegs"),
          Map.entry("order-part-cancelled/en", "A part of your order %s was cancelled"),
          Map.entry("order-part-cancelled/de", "Ein Teil Ihrer Bestellung %s wurde storniert"),
          Map.entry("order-refunded/en", "Money back for your order %s"),
          Map.entry("order-refunded/de", "Erstattung zu Ihrer Bestellung %s"),
          Map.entry("seller-order-confirmed/en", "New order %s"),
          Map.entry("seller-order-confirmed/de", "Neue Bestellung %s"),
          Map.entry("seller-order-cancelled/en", "Order %s was cancelled"),
          Map.entry("seller-order-cancelled/de", "Bestellung %s wurde storniert"),
          Map.entry("seller-lines-cancelled/en", "A part of order %s was cancelled"),
          Map.entry("seller-lines-cancelled/de", "Ein Teil der Bestellung %s wurde storniert"),
          Map.entry("webhook-disabled/en", "Your webhook endpoint at %s was turned off"),
          Map.entry("webhook-disabled/de", "Ihr Webhook-Endpunkt bei %s wurde abgeschaltet"));

  private final Engine templates;
  private final DeliveryConfig config;

  Mails(Engine templates, DeliveryConfig config) {
    this.templates = templates;
    this.config = config;
  }

  /**
   * The mail of a message. Its Message-ID follows from the message's id: the mail server, or the
   * reader's program, can tell a repeated one. One that is sent again on purpose has another, or it
   * would be dropped as such a repeat.
   */
  Mail mail(Message message) {
    Locale locale = locale(message.locale());
    MailView view = view(message, locale);
    String key = message.template().id() + "/" + locale.getLanguage();
    return new Mail()
        .addTo(message.recipient())
        .setSubject(String.valueOf(SUBJECTS.get(key)).formatted(view.about()))
        .setText(render("mails/" + key + ".txt", view))
        .setHtml(render("mails/" + key + ".html", view))
        .addHeader("Message-ID", "<" + name(message) + "@ordersystem.local>");
  }

  private static MailView view(Message message, Locale locale) {
    return switch (message.content()) {
      case OrderContent order -> OrderMail.of(message.name(), order, locale);
      case EndpointContent endpoint -> EndpointMail.of(endpoint, locale);
    };
  }

  private static String name(Message message) {
    return message.resends() == 0
        ? message.id().toString()
        : message.id() + "." + message.resends();
  }

  private String render(String path, MailView view) {
    Template template = templates.getTemplate(path);
    if (template == null) {
      throw new IllegalStateException("no template " + path);
    }
    return template.data("mail", view).render();
  }

  /** The recipient's locale when we speak its language, else the default. */
  Locale locale(String tag) {
    Locale wanted = Locale.forLanguageTag(tag.replace('_', '-'));
    return LANGUAGES.contains(wanted.getLanguage())
        ? wanted
        : Locale.forLanguageTag(config.defaultLocale());
  }
}
