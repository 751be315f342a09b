package io.ordersystem.notifications.delivery;

/** What the templates show: everything formatted, nothing to decide. */
sealed interface MailView permits OrderMail, EndpointMail {
  /** What the mail is about, as its subject names it. */
  String about();
}
