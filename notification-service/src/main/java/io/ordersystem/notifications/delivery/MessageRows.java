package io.ordersystem.notifications.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.notifications.message.Audience;
import io.ordersystem.notifications.message.Content;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.Template;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;

/** Messages from the rows of queries that select {@link #COLUMNS}. */
@Singleton
class MessageRows {
  /** Of {@code messages m}, joined by {@link #JOINS}; whatever the recipient column is. */
  static final String COLUMNS =
      """
      m.id, m.order_id, m.root_order_id, m.template, m.channel, m.audience, m.content::text AS content, m.resends, m.attempts,
        m.attempts_before, m.version, c.name, coalesce(p.locale, c.locale) AS locale
      """;

  /** The contact of a customer's order, and what the recipient prefers. */
  static final String JOINS =
      """
      LEFT JOIN contacts c ON m.audience = 'CUSTOMER' AND c.order_id = m.order_id
      LEFT JOIN preferences p ON p.audience = m.audience AND p.party_id = coalesce(m.seller_id, m.customer_id)
      """;

  private final ObjectMapper json;

  MessageRows(ObjectMapper json) {
    this.json = json;
  }

  Message message(Row row) {
    Template template = Template.named(row.getString("template"));
    return new Message(
        new Message.About(
            row.getUUID("id"),
            row.getUUID("order_id"),
            row.getUUID("root_order_id"),
            template,
            row.getString("channel")),
        Audience.valueOf(row.getString("audience")),
        content(template, row.getString("content")),
        text(row, "recipient"),
        text(row, "name"),
        text(row, "locale"),
        row.getInteger("resends"),
        row.getInteger("attempts"),
        row.getInteger("attempts_before"),
        row.getLong("version"));
  }

  private Content content(Template template, String text) {
    try {
      return json.readValue(text, template.content());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored message cannot be read", e);
    }
  }

  private static String text(Row row, String column) {
    String value = row.getString(column);
    return value == null ? "" : value;
  }
}
