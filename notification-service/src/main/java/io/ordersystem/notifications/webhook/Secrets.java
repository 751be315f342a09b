package io.ordersystem.notifications.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Secrets and signatures of <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks 1.0</a>: {@code v1}, HMAC-SHA256 over {@code id.timestamp.body}.
 */
final class Secrets {
  static final String PREFIX = "whsec_";

  /** The specification asks for 24 to 64. */
  private static final int BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** A new one, as its receiver configures it. */
  static String next() {
    byte[] secret = new byte[BYTES];
    RANDOM.nextBytes(secret);
    return PREFIX + Base64.getEncoder().encodeToString(secret);
  }

  /**
   * The value of {@code webhook-signature}: one signature, or while a rotation overlaps that of
   * both secrets.
   *
   * @param id the value of {@code webhook-id}
   * @param at when the attempt is made: {@code webhook-timestamp} in seconds
   */
  static String sign(String secret, @Nullable String previous, UUID id, Instant at, String body) {
    List<String> signatures = new ArrayList<>();
    signatures.add(sign(secret, id, at, body));
    if (previous != null) {
      signatures.add(sign(previous, id, at, body));
    }
    return String.join(" ", signatures);
  }

  private static String sign(String secret, UUID id, Instant at, String body) {
    try {
      return new Webhook(secret).sign(id.toString(), at.getEpochSecond(), body);
    } catch (WebhookSigningException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }
}
