package io.ordersystem.platform.cards;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.platform.cards.CardNumbers.Found;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardNumbersTest {
  private static final String CARD = "4242424242424242";

  @Nested
  class Finding {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "4222222222222", // Visa
          "4242424242424242",
          "4000000000000000006",
          "5555555555554444", // Mastercard
          "5105105105105100",
          "2221000000000009",
          "2720999999999996",
          "378282246310005", // American Express
          "343434343434343",
          "6011111111111117", // Discover
          "6445644564456445",
          "6500000000000002",
          "30569309025904", // Diners Club
          "30950000000000",
          "36227206271667",
          "38520000023237",
          "3530111333300000", // JCB
          "6200000000000005", // UnionPay
          "6212345678901234569",
          "6759649826438453", // Maestro
          "5018000000007"
        })
    void eachBrand(String number) {
      assertThat(CardNumbers.find(number)).containsExactly(new Found(0, number.length()));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "4242 4242 4242 4242",
          "4242-4242-4242-4242",
          "4242 4242-4242 4242",
          "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
          "42424242 42424242",
          "4242+4242+4242+4242",
          "4242%204242%204242%204242"
        })
    void digitsInGroups(String number) {
      assertThat(CardNumbers.find(number)).containsExactly(new Found(0, number.length()));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "my card is 4242424242424242, thank you",
          "card:4242424242424242.",
          "(4242424242424242)",
          "a=1&card=4242424242424242",
          "line1=4242424242424242]",
          "two lines\n4242424242424242",
          "pm_4242424242424242",
          "card-4242 4242 4242 4242",
          "12 4242 4242 4242 4242 99",
          "?q=a%204242424242424242",
          "卡号4242424242424242谢谢",
          "+4242424242424242"
        })
    void insideOfText(String text) {
      assertThat(CardNumbers.contains(text)).isTrue();
    }

    @Test
    void severalAndWhereTheyStand() {
      assertThat(CardNumbers.find("4242424242424242, 378282246310005"))
          .containsExactly(new Found(0, 16), new Found(18, 33));
    }
  }

  @Nested
  class PassingOver {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "424242424242",
          "4242424242424241", // the check digit
          "4242 4242 4242 4241",
          "42424242424242", // Visa has no 14, 15, 17, 18
          "424242424242424",
          "55555555555546", // Mastercard has 16
          "3782822463100003", // American Express has 15
          "0000000000000000", // no brand
          "1234567812345670",
          "9999999999999995",
          "2220999999999991",
          "2721000000000004",
          "30600000000001",
          "42424242424242424242", // 20 digits
          "42424242424242426",
          "42424242424242420",
          "14242424242424242",
          "4242  4242  4242  4242", // two blanks
          "4242--4242--4242--4242",
          "4242, 4242, 4242, 4242",
          "4242.4242.4242.4242"
        })
    void whatIsNoNumberOfACard(String text) {
      assertThat(CardNumbers.find(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "a4242424242424242",
          "4242424242424242b",
          "variant4242424242424242",
          "00000000-0000-0000-4242-424242424242",
          "order 42424242-4242-4242-8242-424242424242 is late",
          "019ab4d2-4242-7424-8242-4242424242ab",
          "4bf92f3577b34da6a3ce929d0e0e4736",
          "2026-11-22T10:15:30.123456789Z",
          "2026-11-22 10:15:30,123",
          "1764000000000",
          "1764000000000000000",
          "+4915123456787" // passes Luhn as a Visa of 13 digits
        })
    void idsTimesAndPhones(String text) {
      assertThat(CardNumbers.find(text)).isEmpty();
    }

    @Test
    void whatEveryUuidHolds() {
      var random = new Random(7);
      for (int i = 0; i < 100_000; i++) {
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        assertThat(CardNumbers.contains("order " + id + " of " + id)).as(id).isFalse();
      }
    }
  }

  @Nested
  class Masking {
    @Test
    void keepsTheFirstSixAndTheLastFour() {
      assertThat(CardNumbers.mask("paid with 4242424242424242!"))
          .isEqualTo("paid with 424242******4242!");
      assertThat(CardNumbers.mask("4242 4242-4242 4242")).isEqualTo("4242 42**-**** 4242");
      assertThat(CardNumbers.mask("4222222222222")).isEqualTo("422222***2222");
      assertThat(CardNumbers.mask("4242%204242%204242%204242"))
          .isEqualTo("4242%2042**%20****%204242");
    }

    @Test
    void answersTheSameTextWhenThereIsNothingToHide() {
      String text = "order 12345678901234567 took 17 ms";
      assertThat(CardNumbers.mask(text)).isSameAs(text);
    }

    /** Which groups belong together cannot be told, so each possible number is hidden. */
    @Test
    void hidesBothOfTwoThatOverlap() {
      String text = "4000 0000 0002 4242 4242 4242 4242";
      assertThat(CardNumbers.find(text)).containsExactly(new Found(0, 19), new Found(15, 34));
      assertThat(CardNumbers.mask(text)).isEqualTo("4000 00** **** 4242 42** **** 4242");
      assertThat(CardNumbers.mask(CARD + " " + CARD))
          .isEqualTo("424242******4242 424242******4242");
    }
  }

  /** Against the definition, written down a second time and plainly. */
  @Test
  void agreesWithTheDefinitionOnRandomDigits() {
    long seed = 20261126;
    var random = new Random(seed);
    int cards = 0;
    for (int i = 0; i < 200_000; i++) {
      int length = 11 + random.nextInt(11);
      var digits = new StringBuilder();
      for (int k = 0; k < length; k++) {
        digits.append((char) ('0' + random.nextInt(10)));
      }
      boolean expected = isCard(digits.toString());
      cards += expected ? 1 : 0;
      assertThat(CardNumbers.contains(digits.toString()))
          .as("%s of seed %d", digits, seed)
          .isEqualTo(expected);
      var grouped = new StringBuilder(digits);
      for (int k = length - 1; k > 0; k--) {
        if (random.nextInt(4) == 0) {
          grouped.insert(k, random.nextBoolean() ? ' ' : '-');
        }
      }
      if (expected) {
        assertThat(CardNumbers.contains("a " + grouped + ".")).as("%s", grouped).isTrue();
        assertThat(CardNumbers.mask(grouped.toString()).chars().filter(c -> c == '*').count())
            .as("%s", grouped)
            .isGreaterThanOrEqualTo(length - 10);
      }
    }
    assertThat(cards).isGreaterThan(1000);
  }

  /** A body may have 1 MiB, and its worst is many short groups that might begin a number. */
  @Test
  @Timeout(5)
  void takesNoLongerThanTheTextIsLong() {
    for (String piece : new String[] {"4 ", "4", "40 0-", "5555555555554645 ", "%20", "4-"}) {
      String text = piece.repeat(1024 * 1024 / piece.length());
      long start = System.nanoTime();
      assertThat(CardNumbers.mask(text)).hasSameSizeAs(text);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
  }

  private static boolean isCard(String digits) {
    int length = digits.length();
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int digit = digits.charAt(length - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : digit * 2;
      sum += weighed / 10 + weighed % 10;
    }
    return sum % 10 == 0
        && (digits.matches("4(\\d{12}|\\d{15}|\\d{18})")
            || digits.matches("5[1-5]\\d{14}")
            || (length == 16 && between(digits, "2221", "2720"))
            || digits.matches("3[47]\\d{13}")
            || digits.matches("(6011|64[4-9]\\d|65\\d\\d)\\d{12,15}")
            || digits.matches("(30[0-5]\\d|3095|36\\d\\d|3[89]\\d\\d)\\d{10,15}")
            || digits.matches("35(2[89]|[3-8]\\d)\\d{12,15}")
            || digits.matches("62\\d{14,17}")
            || digits.matches("(5018|5020|5038|5893|6304|6759|676[123])\\d{9,15}"));
  }

  private static boolean between(String digits, String least, String most) {
    String first4 = digits.substring(0, 4);
    return first4.compareTo(least) >= 0 && first4.compareTo(most) <= 0;
  }
}
