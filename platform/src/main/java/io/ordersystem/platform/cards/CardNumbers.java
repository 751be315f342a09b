package io.ordersystem.platform.cards;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the numbers of payment cards in text: 13 to 19 digits with a brand's prefix and length and
 * a check digit that is right (Luhn). People type them in groups, so single blanks and hyphens may
 * stand between digits, and in a URL what stands for a blank there.
 *
 * <p>A number consists of whole groups: a part of a longer run of digits is none. Digits that touch
 * an ASCII letter belong to an id or a hash, and digits of a UUID to the UUID. One pass that looks
 * at most 19 digits ahead, however long the text is; nothing is allocated where nothing is found.
 */
public final class CardNumbers {
  private static final int FEWEST = 13;
  private static final int MOST = 19;
  private static final int UUID_LENGTH = 36;

  /** As much as PCI DSS 3.4 lets anybody see. */
  private static final int SHOWN_FIRST = 6;

  private static final int SHOWN_LAST = 4;

  private CardNumbers() {}

  /**
   * Where a card number stands. Two may overlap, when it cannot be told which groups belong
   * together.
   *
   * @param start its first digit
   * @param end behind its last digit
   */
  public record Found(int start, int end) {}

  public static boolean contains(String text) {
    for (int at = digitFrom(text, 0); at >= 0; at = nextGroup(text, at)) {
      if (endOfCard(text, at) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** All of them, from left to right; of those that begin at the same digit the longest. */
  public static List<Found> find(String text) {
    var found = new ArrayList<Found>();
    for (int at = digitFrom(text, 0); at >= 0; at = nextGroup(text, at)) {
      int end = endOfCard(text, at);
      if (end >= 0) {
        found.add(new Found(at, end));
      }
    }
    return found;
  }

  /** The text with only the first six and the last four digits of each; itself without any. */
  public static String mask(String text) {
    char[] masked = null;
    for (int at = digitFrom(text, 0); at >= 0; at = nextGroup(text, at)) {
      int end = endOfCard(text, at);
      if (end >= 0) {
        masked = masked == null ? text.toCharArray() : masked;
        hide(text, at, end, masked);
      }
    }
    return masked == null ? text : new String(masked);
  }

  private static void hide(String text, int start, int end, char[] masked) {
    int last = count(text, start, end) - SHOWN_LAST;
    int digits = 0;
    for (int at = start; at < end; at += step(text, at)) {
      if (isDigit(text, at)) {
        if (digits >= SHOWN_FIRST && digits < last) {
          masked[at] = '*';
        }
        digits++;
      }
    }
  }

  private static int count(String text, int start, int end) {
    int digits = 0;
    for (int at = start; at < end; at += step(text, at)) {
      digits += isDigit(text, at) ? 1 : 0;
    }
    return digits;
  }

  /**
   * The end of the longest card number that begins with this group of digits; -1 when none does.
   * The check digit is known only at the end, so both sums are kept: with every second digit
   * doubled, beginning with the first, and with the second.
   */
  private static int endOfCard(String text, int start) {
    if (isLetter(text, start - 1)) {
      return -1;
    }
    int end = -1;
    int digits = 0;
    int first4 = 0;
    int firstDoubled = 0;
    int secondDoubled = 0;
    for (int at = start; at < text.length() && digits < MOST; at += step(text, at)) {
      if (isDigit(text, at)) {
        int digit = text.charAt(at) - '0';
        int doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
        firstDoubled += digits % 2 == 0 ? doubled : digit;
        secondDoubled += digits % 2 == 0 ? digit : doubled;
        first4 = digits < 4 ? first4 * 10 + digit : first4;
        digits++;
        if (!isDigit(text, at + 1)) {
          if (isLetter(text, at + 1)) {
            break;
          }
          int sum = digits % 2 == 0 ? firstDoubled : secondDoubled;
          if (digits >= FEWEST
              && sum % 10 == 0
              && Brand.issues(first4, digits)
              && !isPhone(text, start, digits)
              && !touchesUuid(text, start, at + 1)) {
            end = at + 1;
          }
        }
      } else if (!isDigit(text, at + step(text, at)) || !isSeparator(text, at)) {
        break;
      }
    }
    return end;
  }

  /** Thirteen digits behind a plus are a phone's: only old Visa cards have so few. */
  private static boolean isPhone(String text, int start, int digits) {
    return digits == FEWEST && start > 0 && text.charAt(start - 1) == '+';
  }

  private static boolean touchesUuid(String text, int start, int end) {
    for (int at = Math.max(0, start - UUID_LENGTH + 1); at < end; at++) {
      if (isUuid(text, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUuid(String text, int from) {
    int end = from + UUID_LENGTH;
    if (end > text.length() || isWord(text, from - 1) || isWord(text, end)) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(from + i);
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The first digit behind the group that this one is in; -1 at the end. */
  private static int nextGroup(String text, int at) {
    int behind = at;
    while (isDigit(text, behind)) {
      behind++;
    }
    return digitFrom(text, behind);
  }

  private static int digitFrom(String text, int from) {
    for (int at = from; at < text.length(); at += step(text, at)) {
      if (isDigit(text, at)) {
        return at;
      }
    }
    return -1;
  }

  /** How many characters stand for the one there: three when it is a blank in a URL. */
  private static int step(String text, int at) {
    return text.charAt(at) == '%' && text.startsWith("%20", at) ? 3 : 1;
  }

  private static boolean isSeparator(String text, int at) {
    char c = text.charAt(at);
    return c == ' ' || c == '-' || c == '+' || (c == '%' && step(text, at) == 3);
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean isLetter(String text, int at) {
    if (at < 0 || at >= text.length()) {
      return false;
    }
    int lower = text.charAt(at) | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isWord(String text, int at) {
    return at >= 0 && (isDigit(text, at) || isLetter(text, at));
  }
}
