package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.replay.ExpectedMail;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The mails that a proof expects, against those in the sink and the messages that they were made
 * of.
 */
final class SinkMails {
  private static final Duration SENT_WITHIN = Duration.ofSeconds(240);
  private static final Duration QUICK_SENT_WITHIN = Duration.ofSeconds(90);
  private static final int SHOWN = 20;
  private static final String MESSAGES =
      "SELECT id || ' ' || order_id || ' ' || template || ' ' || status FROM notifications.messages WHERE order_id IS NOT NULL";

  private final Scene scene;
  private final boolean others;
  private final String since;
  private String abandoned;
  private final List<ExpectedMail> expected = Collections.synchronizedList(new ArrayList<>());

  /**
   * Of what happens from now on.
   *
   * @param others whether there are mails that the proof knows nothing of
   */
  SinkMails(Scene scene, boolean others) {
    this.scene = scene;
    this.others = others;
    this.since = scene.texts("SELECT now()::text").getFirst();
    this.abandoned = since;
  }

  void expect(List<ExpectedMail> mails) {
    expected.addAll(mails);
  }

  /** How many were sent so far. */
  long sent() {
    return count("status = 'SENT'");
  }

  /** How many the sender that lives has claimed, or none before so many were sent. */
  long inFlight(long sent) {
    return scene.number(
        """
        SELECT CASE WHEN count(*) FILTER (WHERE status = 'SENT') < %d THEN 0
          ELSE count(*) FILTER (WHERE status = 'QUEUED' AND leased_until > greatest(now(), '%s')) END
        FROM notifications.messages WHERE created_at >= '%s'
        """
            .formatted(sent, abandoned, since));
  }

  /** What is claimed now is nobody's: later claims last longer. */
  void senderDied() {
    abandoned =
        scene
            .texts("SELECT coalesce(max(leased_until), now())::text FROM notifications.messages")
            .getFirst();
  }

  /** Not those of others, whose events may still be on their way. */
  private long sentOfMine() {
    var orders = expected.stream().map(ExpectedMail::orderId).collect(Collectors.toSet());
    return scene
        .texts(
            "SELECT order_id::text FROM notifications.messages WHERE status = 'SENT' AND order_id IS NOT NULL")
        .stream()
        .filter(orders::contains)
        .count();
  }

  private long count(String condition) {
    return scene.number(
        "SELECT count(*) FROM notifications.messages WHERE created_at >= '%s' AND %s"
            .formatted(since, condition));
  }

  /**
   * Whether exactly the expected mails have arrived, once all have been sent.
   *
   * @param repeatsAllowed mails that may be there twice: an SMTP server that has taken a mail when
   *     it or the sender dies cannot be asked
   */
  boolean arrived(long repeatsAllowed) throws IOException, MessagingException {
    long began = System.nanoTime();
    boolean quiet =
        Await.within(
            others ? QUICK_SENT_WITHIN : SENT_WITHIN,
            () ->
                sentOfMine() >= expected.size()
                    && count("status = 'QUEUED' AND recipient IS NOT NULL") == 0);
    var recipients = expected.stream().map(ExpectedMail::recipient).collect(Collectors.toSet());
    List<SinkMail> mails =
        SinkMail.in(scene.system().state().data("mail")).stream()
            .filter(mail -> !others || recipients.contains(mail.recipients()))
            .toList();
    var wrong = new ArrayList<String>();
    var byId = new LinkedHashMap<String, SinkMail>();
    for (SinkMail mail : mails) {
      if (!byId.computeIfAbsent(mail.messageId(), id -> mail).equals(mail)) {
        wrong.add("came again, and otherwise: " + mail.key() + ", " + mail.messageId());
      }
    }
    wrong.addAll(messageDifferences(byId.keySet()));
    wrong.addAll(mailDifferences(byId.values()));
    int repeats = mails.size() - byId.size();
    scene.say(
        "%n%d mails expected (%s), %d arrived, %d of them again, at most %d may; %s after %.1f s",
        expected.size(),
        kinds(),
        byId.size(),
        repeats,
        repeatsAllowed,
        quiet ? "nothing is queued" : "NOT ALL WERE SENT",
        Scene.seconds(began));
    wrong.stream().limit(SHOWN).forEach(line -> scene.say("WRONG: %s", line));
    scene.say("%d differences", wrong.size());
    return quiet && wrong.isEmpty() && !expected.isEmpty() && repeats <= repeatsAllowed;
  }

  /** How many of each template and language. */
  private Map<String, Long> kinds() {
    return expected.stream()
        .collect(
            Collectors.groupingBy(
                mail -> mail.template() + " " + mail.language(),
                TreeMap::new,
                Collectors.counting()));
  }

  /** Expectations against mails: who is told what of which order, and how. */
  private List<String> mailDifferences(Collection<SinkMail> mails) {
    var left = mails.stream().collect(Collectors.groupingBy(SinkMail::key));
    var differences = new ArrayList<String>();
    var contents = new ArrayList<String>();
    for (ExpectedMail mail : expected) {
      String key = SinkMail.key(mail.recipient(), mail.subject());
      String what = "%s, %s".formatted(mail.cause(), key);
      List<SinkMail> there = left.getOrDefault(key, List.of());
      if (there.isEmpty()) {
        differences.add("missing: " + what);
      } else {
        List<String> wrong = there.removeFirst().differences(mail);
        if (!wrong.isEmpty()) {
          contents.add(what + ": " + String.join("; ", wrong));
        }
      }
    }
    left.values().stream()
        .flatMap(List::stream)
        .forEach(mail -> differences.add("too many: " + mail.key() + ", " + mail.messageId()));
    // Last, as a wrong template makes many of them.
    differences.addAll(contents);
    return differences;
  }

  /** Expectations against the messages per order and template, and their ids against the mails'. */
  private List<String> messageDifferences(Set<String> arrived) {
    var count = new TreeMap<String, Integer>();
    expected.forEach(mail -> count.merge(mail.orderId() + " " + mail.template(), 1, Integer::sum));
    var orders = expected.stream().map(ExpectedMail::orderId).collect(Collectors.toSet());
    var unseen = new TreeSet<>(arrived);
    var differences = new ArrayList<String>();
    for (String row : scene.texts(MESSAGES)) {
      String[] message = row.split(" ");
      if (others && !orders.contains(message[1])) {
        continue;
      }
      count.merge(message[1] + " " + message[2], -1, Integer::sum);
      if (!unseen.remove(message[0])) {
        differences.add("message " + row + " did not arrive");
      }
    }
    unseen.forEach(id -> differences.add("no message has the Message-ID " + id));
    count.forEach((what, more) -> {
      if (more != 0) {
        differences.add("messages of order %s: %+d".formatted(what, -more));
      }
    });
    return differences;
  }
}
