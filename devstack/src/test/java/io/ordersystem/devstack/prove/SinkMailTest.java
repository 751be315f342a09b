package io.ordersystem.devstack.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.replay.ExpectedMail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkMailTest {
  private static final String MAIL =
      """
      From: orders@ordersystem.local
      To: joerg@example.org
      Subject: =?UTF-8?Q?Ihre_Bestellung_A_ist_best=C3=A4tigt?=
      Message-ID: <the-id@ordersystem.local>
      MIME-Version: 1.0
      Content-Type: multipart/alternative; boundary="b"

      --b
      Content-Type: text/plain; charset=UTF-8
      Content-Transfer-Encoding: 8bit

      Guten Tag Jörg & Söhne,

      12 x Bob's Käse: 1.234,56\u00a0$
      Rabatt: -0,50\u00a0$
      Gesamt: 1.234,06\u00a0$
      --b
      Content-Type: text/html; charset=UTF-8
      Content-Transfer-Encoding: 8bit

      <html lang="de"><p>Guten Tag Jörg &amp; Söhne,</p>
      <td>12 &times; Bob&#39;s Käse</td><td>1.234,56\u00a0$</td><td>-0,50\u00a0$</td><th>1.234,06\u00a0$</th>
      --b--
      """;

  private static final ExpectedMail EXPECTED =
      new ExpectedMail(
          "order 1",
          "the-order",
          "order-confirmed",
          "joerg@example.org",
          "Ihre Bestellung A ist bestätigt",
          "de",
          List.of("0,50\u00a0$", "1.234,06\u00a0$", "1.234,56\u00a0$"),
          List.of("12 x Bob's Käse"),
          List.of("Jörg & Söhne"));

  @TempDir Path directory;

  @Test
  void findsNoDifferenceInAMailThatIsAsExpected() throws Exception {
    SinkMail mail = arrived(MAIL);

    assertThat(mail.messageId()).isEqualTo("the-id");
    assertThat(mail.key()).isEqualTo(SinkMail.key(EXPECTED.recipient(), EXPECTED.subject()));
    assertThat(mail.differences(EXPECTED)).isEmpty();
  }

  @Test
  void namesEachPartThatIsNot() throws Exception {
    assertThat(differences("1.234,56\u00a0$\nRabatt", "1,234.56\u00a0$\nRabatt"))
        .singleElement()
        .asString()
        .startsWith(
            "amounts in the text: [0,50\u00a0$, 1,234.56\u00a0$, 1.234,06\u00a0$], expected");
    assertThat(differences("<th>1.234,06\u00a0$", "<th>1.234,06\u00a0€"))
        .singleElement()
        .asString()
        .startsWith("amounts in the HTML");
    assertThat(differences("12 &times;", "13 &times;"))
        .containsExactly("goods in the HTML: [13 x Bob's Käse], expected [12 x Bob's Käse]");
    assertThat(differences("12 x", "2 x")).singleElement().asString().startsWith("goods in the te");
    assertThat(differences("lang=\"de\"", "lang=\"en\""))
        .containsExactly("language of the HTML: false, expected true");
    assertThat(differences("Guten Tag Jörg & ", "Hello Jörg & "))
        .containsExactly("language of the text: false, expected true");
    assertThat(differences("Jörg &amp; Söhne", "Jörg"))
        .containsExactly("Jörg & Söhne in the HTML: false, expected true");
  }

  private List<String> differences(String right, String wrong) throws Exception {
    assertThat(MAIL).contains(right);
    return arrived(MAIL.replace(right, wrong)).differences(EXPECTED);
  }

  private SinkMail arrived(String mail) throws Exception {
    Files.writeString(directory.resolve("1.eml"), mail);
    return SinkMail.in(directory).getFirst();
  }
}
