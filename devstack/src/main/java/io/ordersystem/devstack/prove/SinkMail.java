package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.replay.ExpectedMail;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A mail as it arrived.
 *
 * @param messageId the id of the message, which its {@code Message-ID} is made of
 * @param recipients all of them, with commas
 */
record SinkMail(String messageId, String recipients, String subject, String text, String html) {
  private static final Pattern AMOUNT =
      Pattern.compile("[^\\s<>-]*\\d[.,]\\d{2}(?!\\d)(?:\\u00a0[^\\s<>]+)?");
  private static final Pattern GOODS_IN_TEXT = Pattern.compile("(?m)^(\\d+ x .+?)(?:: .*)?$");
  private static final Pattern GOODS_IN_HTML = Pattern.compile(">(\\d+ &times; [^<]+)<");

  /** Every mail in a sink's directory, in the order of arrival. */
  static List<SinkMail> in(Path directory) throws IOException, MessagingException {
    var mails = new ArrayList<SinkMail>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".eml")).sorted().toList()) {
        mails.add(read(file));
      }
    }
    return mails;
  }

  private static SinkMail read(Path file) throws IOException, MessagingException {
    try (var stream = Files.newInputStream(file)) {
      var mail = new MimeMessage(null, stream);
      return new SinkMail(
          String.valueOf(mail.getMessageID()).replaceAll("^<|@.*$", ""),
          String.join(",", Arrays.stream(mail.getAllRecipients()).map(String::valueOf).toList()),
          String.valueOf(mail.getSubject()),
          body(mail, "text/plain").replace("\r\n", "\n"),
          body(mail, "text/html").replace("\r\n", "\n"));
    }
  }

  private static String body(Part part, String type) throws IOException, MessagingException {
    if (part.isMimeType(type)) {
      return String.valueOf(part.getContent());
    }
    var found = new StringBuilder();
    if (part.getContent() instanceof Multipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        BodyPart inner = parts.getBodyPart(i);
        found.append(body(inner, type));
      }
    }
    return found.toString();
  }

  /** What is told apart by nothing else: who is told what of which order, or part of it. */
  static String key(String recipient, String subject) {
    return recipient + ": " + subject;
  }

  String key() {
    return key(recipients, subject);
  }

  /** What both bodies do not say as they must, one text each. */
  List<String> differences(ExpectedMail expected) {
    var differences = new ArrayList<String>();
    String plain = plain(html);
    String greeting = expected.language().equals("de") ? "Guten Tag" : "Hello";
    same("language of the text", true, text.startsWith(greeting), differences);
    same(
        "language of the HTML",
        true,
        html.contains("<html lang=\"" + expected.language() + "\">") && html.contains(greeting),
        differences);
    same("amounts in the text", expected.amounts(), all(AMOUNT, text), differences);
    same("amounts in the HTML", expected.amounts(), all(AMOUNT, html), differences);
    same("goods in the text", expected.goods(), all(GOODS_IN_TEXT, text), differences);
    same("goods in the HTML", expected.goods(), all(GOODS_IN_HTML, html), differences);
    for (String word : expected.words()) {
      same(word + " in the text", true, text.contains(word), differences);
      same(word + " in the HTML", true, plain.contains(word), differences);
    }
    return differences;
  }

  private static List<String> all(Pattern pattern, String body) {
    return pattern
        .matcher(body)
        .results()
        .map(SinkMail::found)
        .map(SinkMail::plain)
        .sorted()
        .toList();
  }

  private static String found(MatchResult result) {
    return result.groupCount() == 0 ? result.group() : result.group(1);
  }

  private static String plain(String html) {
    return html.replace("&times;", "x")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }

  private static void same(String what, Object expected, Object actual, List<String> differences) {
    if (!expected.equals(actual)) {
      differences.add("%s: %s, expected %s".formatted(what, actual, expected));
    }
  }
}
