package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SecretsTest {
  private static final UUID ID = UUID.fromString("0190b2f4-4e5c-7c3a-8f00-000000000001");
  private static final Instant AT = Instant.parse("2026-11-26T10:00:00.900Z");

  /** The vector of the specification's own libraries (webhook.test.ts, webhook_test.go). */
  @Test
  void signsAsTheSpecificationsVector() throws Exception {
    assertThat(
            new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void signsIdSecondsAndBodyWithTheDecodedSecret() throws Exception {
    String secret = Secrets.next();
    assertThat(Secrets.sign(secret, null, ID, AT, "{\"ä\":1}"))
        .isEqualTo("v1," + hmac(secret, ID + ".1795687200.{\"ä\":1}"));
  }

  @Test
  void signsWithBothSecretsWhileTheyOverlap() throws Exception {
    String secret = Secrets.next();
    String previous = Secrets.next();
    String signed = ID + ".1795687200.{}";
    assertThat(Secrets.sign(secret, previous, ID, AT, "{}"))
        .isEqualTo("v1," + hmac(secret, signed) + " v1," + hmac(previous, signed));
  }

  @Test
  void aStrangersLibraryVerifiesWithEitherSecretAndNotWithAnother() throws Exception {
    String secret = Secrets.next();
    String previous = Secrets.next();
    Instant now = Instant.now();
    var headers =
        Map.of(
            "webhook-id", List.of(ID.toString()),
            "webhook-timestamp", List.of(Long.toString(now.getEpochSecond())),
            "webhook-signature", List.of(Secrets.sign(secret, previous, ID, now, "{}")));
    new Webhook(secret).verify("{}", headers);
    new Webhook(previous).verify("{}", headers);
    assertThatThrownBy(() -> new Webhook(Secrets.next()).verify("{}", headers))
        .isInstanceOf(WebhookVerificationException.class);
    assertThatThrownBy(() -> new Webhook(secret).verify("{ }", headers))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void secretsAreLongEnoughAndNoTwoAreEqual() {
    String secret = Secrets.next();
    assertThat(secret).startsWith("whsec_").isNotEqualTo(Secrets.next());
    assertThat(Base64.getDecoder().decode(secret.substring("whsec_".length()))).hasSize(32);
  }

  private static String hmac(String secret, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }
}
