package io.ordersystem.devstack.sandbox;

import java.util.random.RandomGenerator;

/** Random identifiers of Stripe's shape: a prefix that names the kind and 24 letters or digits. */
final class Ids {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 24;

  private final RandomGenerator random;

  Ids(RandomGenerator random) {
    this.random = random;
  }

  String next(String prefix) {
    var id = new StringBuilder(prefix.length() + 1 + LENGTH).append(prefix).append('_');
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
