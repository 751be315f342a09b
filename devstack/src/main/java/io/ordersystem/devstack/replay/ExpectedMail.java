package io.ordersystem.devstack.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A mail that somebody must get because of a replayed order, as the files imply it.
 *
 * @param cause which historic order, for people
 * @param orderId the order as its recipient knows it: as a whole, or a seller's part of it
 * @param subject which names the order, or the part of it, that the mail is about
 * @param amounts every amount in it as people read it in that language, sorted
 * @param goods every line of goods in it, {@code 12 x Chai}, sorted
 * @param words what else it must say
 */
public record ExpectedMail(
    String cause,
    String orderId,
    String template,
    String recipient,
    String subject,
    String language,
    List<String> amounts,
    List<String> goods,
    List<String> words) {

  /** What {@code replay --mails} wrote. */
  public static List<ExpectedMail> read(Path file) throws IOException {
    return List.of(new ObjectMapper().readValue(file.toFile(), ExpectedMail[].class));
  }

  static void write(Path file, List<ExpectedMail> mails) throws IOException {
    new ObjectMapper().writeValue(file.toFile(), mails);
  }
}
