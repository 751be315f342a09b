package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.EndpointContent;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/** A webhook endpoint as the templates show it. */
record EndpointMail(String host, String description, String failingSince) implements MailView {

  @Override
  public String about() {
    return host;
  }

  static EndpointMail of(EndpointContent endpoint, Locale locale) {
    String since =
        DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
            .withLocale(locale)
            .format(endpoint.failingSince().atOffset(ZoneOffset.UTC));
    return new EndpointMail(
        endpoint.host(),
        endpoint.description() == null ? "" : endpoint.description(),
        since + " UTC");
  }
}
