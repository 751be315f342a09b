package io.ordersystem.platform.inbox;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.inbox.Inbox.Effect;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table that holds nothing but the newest state of each key of a topic, so that it can be made
 * anew from it.
 *
 * @param name what operators call it
 * @param table a name, not from outside
 * @param primaryKey the table's columns that identify a row
 * @param messageKeyParts the columns that a message's key is made of, joined by {@code |}
 * @param writer what writes messages into a table of that shape and the given name; the newest
 *     version wins
 * @param afterwards what has waited for rows that are there now, in a transaction of its own
 */
public record Projection(
    String name,
    Topic topic,
    String table,
    List<String> primaryKey,
    List<String> messageKeyParts,
    Function<String, Effect> writer,
    Function<Tx, Uni<Void>> afterwards) {

  /**
   * A projection.
   *
   * @throws IllegalArgumentException when the topic does not keep the newest message of each key
   */
  public Projection {
    if (!topic.compacted()) {
      throw new IllegalArgumentException(topic + " does not keep every key");
    }
  }

  /** SQL for the message key of a row. */
  String messageKey(String alias) {
    return messageKeyParts.stream()
        .map(column -> alias + "." + column + "::text")
        .collect(Collectors.joining(" || '|' || "));
  }
}
