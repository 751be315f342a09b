package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Compares the mails that arrived with those that must have been sent. */
final class Mails {
  private static final Duration LEASES_RUN_OUT_WITHIN = Duration.ofSeconds(180);
  private static final String MESSAGE_ID = "message-id:";

  /** Decided orders whose customer has an address, as (order, template). */
  private static final String EXPECTED =
      """
      SELECT id || ' ' || CASE status WHEN 'CANCELLED' THEN 'order-cancelled' ELSE 'order-confirmed' END
      FROM orders.orders
      WHERE parent_order_id IS NULL AND status <> 'PENDING' AND contact ->> 'email' IS NOT NULL
      """;

  private static final String SENT =
      "SELECT order_id || ' ' || template FROM notifications.messages WHERE status = 'SENT' AND audience = 'CUSTOMER'";
  private static final String SENT_IDS =
      "SELECT id::text FROM notifications.messages WHERE status = 'SENT'";
  private static final String UNSENT =
      """
      SELECT count(*) FROM notifications.messages m
      JOIN orders.orders o ON o.id = m.order_id
      WHERE m.status = 'QUEUED' AND o.contact ->> 'email' IS NOT NULL
      """;

  /**
   * Also those of whom notification-service does not know yet: after a restart up to 10 s pass
   * until somebody reads a partition again.
   */
  private static final String UNTOLD =
      """
      SELECT count(*) FROM orders.orders o
      WHERE o.parent_order_id IS NULL AND o.status <> 'PENDING' AND o.contact ->> 'email' IS NOT NULL
        AND NOT EXISTS (SELECT FROM notifications.messages m
                        WHERE m.order_id = o.id AND m.audience = 'CUSTOMER' AND m.status = 'SENT')
      """;

  private Mails() {}

  /**
   * Whether exactly the expected messages were sent and have arrived.
   *
   * @param repeatsAllowed mails that may be there twice: an SMTP server that has taken a mail when
   *     its sender dies cannot be asked
   */
  static boolean asExpected(Scene scene, long repeatsAllowed) throws IOException {
    Await.within(
        LEASES_RUN_OUT_WITHIN, () -> scene.number(UNTOLD) == 0 && scene.number(UNSENT) == 0);
    Set<String> expected = new HashSet<>(scene.texts(EXPECTED));
    Set<String> sent = new HashSet<>(scene.texts(SENT));
    Set<String> ids = new HashSet<>(scene.texts(SENT_IDS));
    Map<String, Integer> arrived = arrived(scene.system().state().data("mail"));
    long repeats = arrived.values().stream().mapToLong(times -> times - 1).sum();
    scene.say(
        "mails: %d expected, %d sent, %d arrived, %d of them repeated, at most %d may be",
        expected.size(), sent.size(), arrived.size(), repeats, repeatsAllowed);
    return expected.equals(sent) && arrived.keySet().equals(ids) && repeats <= repeatsAllowed;
  }

  /** How often each Message-ID arrived; the local part is the message's id, as no proof resends. */
  private static Map<String, Integer> arrived(Path directory) throws IOException {
    var times = new TreeMap<String, Integer>();
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> file.toString().endsWith(".eml"))
          .forEach(file -> times.merge(messageId(file), 1, Integer::sum));
    }
    return times;
  }

  private static String messageId(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(MESSAGE_ID))
          .map(line -> line.substring(MESSAGE_ID.length()).strip().replaceAll("^<|@.*$", ""))
          .findFirst()
          .orElse("no Message-ID in " + file.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
