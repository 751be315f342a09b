package io.ordersystem.orders.order;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number that people read to each other: the UTC date of the order, then seven characters
 * without lookalikes (Crockford's base 32), and on a child {@code -n}. For example {@code
 * 261122-K7M4Q9Z}. The date leads a look-up to one day's ids; the rest is random, so numbers tell
 * nobody how many orders there are. A collision within a day is refused by a unique index and
 * answered with a new number.
 */
public final class OrderNumber {
  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int LENGTH = 7;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern SHAPE =
      Pattern.compile("(\\d{6})-[0-9A-HJKMNP-TV-Z]{7}(-\\d{1,3})?");
  private static final SecureRandom RANDOM = new SecureRandom();

  private OrderNumber() {}

  /** A new number of that moment. */
  public static String at(Instant time) {
    var number = new StringBuilder(DATE.format(time)).append('-');
    for (int i = 0; i < LENGTH; i++) {
      number.append(ALPHABET[RANDOM.nextInt(ALPHABET.length)]);
    }
    return number.toString();
  }

  /** The number of the n-th child, from 1. */
  public static String child(String parent, int n) {
    return parent + "-" + n;
  }

  /** The day whose orders have such a number; empty when the text is no order number. */
  public static Optional<LocalDate> dayOf(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(matcher.group(1), DATE));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
