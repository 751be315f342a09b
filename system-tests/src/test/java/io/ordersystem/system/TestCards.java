package io.ordersystem.system;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Card numbers of which no two are the same, so that one that is found names the request that it
 * came in with. All of a family begin with the same nine digits, three more than a masked one
 * shows.
 */
final class TestCards {
  /** Of three brands: Visa, Mastercard, American Express. */
  private static final List<String> FREE_TEXTS = List.of("498712305", "559871230", "371871230");

  private static final List<String> IDS = List.of("498712306", "559871231", "371871231");
  private static final int DIGITS = 16;
  private static final int DIGITS_OF_AMERICAN_EXPRESS = 15;

  /** How many {@linkplain #spellings ways} there are to write one. */
  static final int SPELLINGS = 4;

  private final AtomicInteger made = new AtomicInteger();

  /** What every number begins with that must not be anywhere. */
  static List<String> ofFreeTexts() {
    return FREE_TEXTS;
  }

  /** What every number begins with that may stand as an id, only not in a log. */
  static List<String> ofIds() {
    return IDS;
  }

  /** For a place where no card number may be written. */
  String freeText() {
    return next(FREE_TEXTS);
  }

  /** For an id. */
  String id() {
    return next(IDS);
  }

  /** As people write it. */
  static List<String> spellings(String number) {
    return List.of(
        number,
        number.replaceAll("(.{4})(?=.)", "$1 "),
        number.replaceAll("(.{4})(?=.)", "$1-"),
        "my card is " + number + ", please");
  }

  /** What may be shown of it. */
  static String masked(String number) {
    return number.substring(0, 6)
        + "*".repeat(number.length() - 10)
        + number.substring(number.length() - 4);
  }

  /** Without what may stand between digits. */
  static String withoutSeparators(String text) {
    return text.replace("%20", "").replaceAll("[ +-]", "");
  }

  static boolean isIn(String text, String number) {
    return withoutSeparators(text).contains(number);
  }

  static List<String> all() {
    return Stream.concat(FREE_TEXTS.stream(), IDS.stream()).toList();
  }

  private String next(List<String> family) {
    int number = made.incrementAndGet();
    String begin = family.get(number % family.size());
    int length = begin.startsWith("37") ? DIGITS_OF_AMERICAN_EXPRESS : DIGITS;
    String digits = begin + String.format("%0" + (length - begin.length() - 1) + "d", number);
    return digits + checkDigit(digits);
  }

  /** Luhn: every second digit doubled, beginning with the last one before the check digit. */
  private static int checkDigit(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
      sum += i % 2 == 0 ? doubled : digit;
    }
    return (10 - sum % 10) % 10;
  }
}
