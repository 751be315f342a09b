package io.ordersystem.devstack.testing;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The mails that arrived at the sink. */
public final class TestMail {
  private TestMail() {}

  /** The mails to that address, in the order of their arrival. */
  public static List<MimeMessage> to(String address) {
    try (var files = Files.list(TestEnvironment.current().mails())) {
      return files
          .filter(file -> file.toString().endsWith(".eml"))
          .sorted()
          .map(TestMail::read)
          .filter(mail -> isTo(mail, address))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MimeMessage read(Path file) {
    try (var stream = Files.newInputStream(file)) {
      return new MimeMessage(Session.getInstance(new Properties()), stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MessagingException e) {
      throw new IllegalStateException("not a mail: " + file, e);
    }
  }

  private static boolean isTo(MimeMessage mail, String address) {
    try {
      return mail.getAllRecipients()[0].toString().equals(address);
    } catch (MessagingException e) {
      throw new IllegalStateException("a mail without recipients", e);
    }
  }
}
