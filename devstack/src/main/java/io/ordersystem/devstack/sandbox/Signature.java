package io.ordersystem.devstack.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stripe's proof that a webhook is ours: HMAC-SHA256 over the time and the exact bytes sent. */
final class Signature {
  static final String HEADER = "Stripe-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  static String header(String secret, long seconds, String payload) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
      var proof = mac.doFinal((seconds + "." + payload).getBytes(UTF_8));
      return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(proof);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
