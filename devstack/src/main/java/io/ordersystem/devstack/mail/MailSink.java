package io.ordersystem.devstack.mail;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes every mail and delivers none: each becomes one {@code .eml} file, named by its time of
 * arrival, before it is acknowledged.
 */
public final class MailSink {
  /** GreenMail also keeps mails in memory; nobody reads them there. */
  private static final int FORGET_AFTER = 200;

  private final Path directory;
  private final GreenMail server;
  private final AtomicLong taken = new AtomicLong();

  /** A sink that listens to nobody yet. */
  public MailSink(int port, Path directory) {
    this.directory = directory;
    this.server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  }

  /** Listens. */
  public void start() {
    server.start();
    UserManager users = server.getUserManager();
    users.setMessageDeliveryHandler((message, address) -> keep(users, message, address));
  }

  /** Stops listening. */
  public void stop() {
    server.stop();
  }

  private GreenMailUser keep(UserManager users, MovingMessage message, MailAddress address)
      throws MessagingException, UserException {
    long number = taken.incrementAndGet();
    String name = "%013d-%06d.eml".formatted(System.currentTimeMillis(), number);
    try {
      Files.createDirectories(directory);
      Path written = Files.createTempFile(directory, "arriving", ".tmp");
      try (var file = Files.newOutputStream(written)) {
        message.getMessage().writeTo(file);
      }
      Files.move(written, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      if (number % FORGET_AFTER == 0) {
        server.purgeEmailFromAllMailboxes();
      }
    } catch (IOException | FolderException e) {
      throw new MessagingException("the mail cannot be kept", e);
    }
    GreenMailUser known = users.getUserByEmail(address.getEmail());
    return known == null
        ? users.createUser(address.getEmail(), address.getEmail(), address.getEmail())
        : known;
  }
}
