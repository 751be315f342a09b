package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of a URL, and what it shows of itself; what it may be is in {@code refused.txt}. */
class TargetTest {
  private static final TargetRules PRODUCTION = TargetRules.of(false, List.of());

  @Test
  void hasAtMost2048Characters() {
    var prefix = "https://example.com/";
    var longest = prefix + "a".repeat(2048 - prefix.length());
    assertThat(parse(longest).pathAndQuery()).hasSize(2048 - prefix.length() + 1);
    assertThat(reason(longest + "a")).isEqualTo("has more than 2048 characters");
  }

  @Test
  void hasAHostOfAtMost253Characters() {
    var longest = "a.".repeat(125) + "com";
    assertThat(parse("https://" + longest).host()).hasSize(253);
    assertThat(reason("https://a" + longest)).isEqualTo("has a host that is no host name");
  }

  @Test
  void hasLabelsOfAtMost63Characters() {
    var longest = "a".repeat(63) + ".com";
    assertThat(parse("https://" + longest).host()).isEqualTo(longest);
    assertThat(reason("https://a" + longest)).isEqualTo("has a host that is no host name");
  }

  @Test
  void endsAReadThatWouldTakeLong() {
    assertThat(reason("https://" + "a-".repeat(1000) + ".com"))
        .isEqualTo("has a host that is no host name");
    assertThat(reason("https://[" + ":".repeat(2000) + "]"))
        .isEqualTo("has a host that is no plain IPv6 address");
    assertThat(reason("https://example.com/" + "%20".repeat(670) + "%"))
        .isEqualTo("has a path or query that is not percent-encoded");
  }

  /** Characters that no file should hold. */
  @Test
  void hasNoInvisibleCharacters() {
    for (char invisible : new char[] {0x1f, 0x7f, 0x80, 0xa0, 0x200b, 0x202e, 0x2028, 0xfeff}) {
      assertThat(reason("https://exam" + invisible + "ple.com/"))
          .as("U+%04x", (int) invisible)
          .isEqualTo("has characters other than printable ASCII, or a backslash");
    }
  }

  @Test
  void showsNeitherPathNorQuery() {
    assertThat(parse("https://Hooks.example.com:8443/T0/secret?token=secret"))
        .hasToString("https://hooks.example.com:8443");
    assertThat(parse("https://[2606:4700:4700::1111]/secret"))
        .hasToString("https://[2606:4700:4700::1111]");
  }

  @Test
  void isRefusedWithoutAStackTrace() {
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> parse("https://127.0.0.1/"))
        .withMessage("the webhook's URL has an address that is not public")
        .satisfies(refused -> assertThat(refused.getStackTrace()).isEmpty());
  }

  private static Target parse(String url) {
    return Target.parse(url, PRODUCTION);
  }

  private static String reason(String url) {
    try {
      return "accepted: " + parse(url);
    } catch (TargetRefused e) {
      return e.reason();
    }
  }
}
