package io.ordersystem.platform.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

class MaskedLogsTest {
  private static final String CARD = "4242424242424242";
  private static final String MASKED = "424242******4242";

  private final MaskedLogs logs = new MaskedLogs();

  @Test
  void masksTheMessage() {
    assertThat(line(record("paid with " + CARD))).isEqualTo("paid with " + MASKED + "|||");
  }

  @Test
  void masksWhatParametersBringIn() {
    var record = new ExtLogRecord(Level.INFO, "%s and %d", FormatStyle.PRINTF, "test");
    record.setParameters(new Object[] {"4242-4242-4242-4242", 4_242_424_242_424_242L});
    assertThat(line(record)).isEqualTo("4242-42**-****-4242 and " + MASKED + "|||");
    var braces = new ExtLogRecord(Level.INFO, "{0} {1}", FormatStyle.MESSAGE_FORMAT, "test");
    braces.setParameters(new Object[] {"4242", "4242 4242 4242"});
    assertThat(line(braces)).isEqualTo("4242 42** **** 4242|||");
  }

  @Test
  void masksTheContext() {
    var record = record("hello");
    record.putMdc("requestId", CARD);
    record.setNdc("job " + CARD);
    assertThat(line(record)).isEqualTo("hello|" + MASKED + "|job " + MASKED + "|");
  }

  @Test
  void masksExceptionsTheirCausesAndWhatTheySuppress() {
    var cause = new IllegalStateException("caused by " + CARD);
    cause.addSuppressed(new IllegalArgumentException("suppressed " + CARD));
    var record = record("failed");
    record.setThrown(new RuntimeException("no card", cause));
    String line = line(record);
    assertThat(line)
        .doesNotContain(CARD)
        .contains("java.lang.RuntimeException: no card")
        .contains("Caused by: java.lang.IllegalStateException: caused by " + MASKED)
        .contains("Suppressed: java.lang.IllegalArgumentException: suppressed " + MASKED)
        .contains("at io.ordersystem.platform.cards.MaskedLogsTest.masksExceptions");
    assertThat(json(record)).doesNotContain(CARD).contains("caused by " + MASKED);
  }

  @Test
  void endsWithExceptionsThatCauseEachOther() {
    var first = new IllegalStateException("first " + CARD);
    var second = new IllegalStateException("second", first);
    first.initCause(second);
    var record = record("failed");
    record.setThrown(first);
    assertThat(line(record)).doesNotContain(CARD).contains("first " + MASKED);
  }

  /** In the finished JSON the digits would follow the letter of the escape. */
  @Test
  void masksBehindALineBreakInJson() {
    assertThat(json(record("two lines\n" + CARD))).doesNotContain(CARD).contains("\\n" + MASKED);
  }

  @Test
  void leavesTheRestAsItIs() {
    var record = new ExtLogRecord(Level.INFO, "%s of %s", FormatStyle.PRINTF, "test");
    Object[] parameters = {UUID.fromString("00000000-0000-0000-4242-424242424242"), "a" + CARD};
    record.setParameters(parameters);
    record.putMdc("traceId", "42424242424242424242424242424242");
    var thrown = new IllegalStateException("at 2026-11-22T10:15:30.123456789Z");
    record.setThrown(thrown);
    assertThat(logs.isLoggable(record)).isTrue();
    assertThat(record.getParameters()).isSameAs(parameters);
    assertThat(record.getFormatStyle()).isEqualTo(FormatStyle.PRINTF);
    assertThat(record.getThrown()).isSameAs(thrown);
    assertThat(record.getFormattedMessage())
        .isEqualTo("00000000-0000-0000-4242-424242424242 of a" + CARD);
    assertThat(record.getMdc("traceId")).isEqualTo("42424242424242424242424242424242");
  }

  private static ExtLogRecord record(String message) {
    return new ExtLogRecord(Level.INFO, message, FormatStyle.NO_FORMAT, "test");
  }

  private String line(ExtLogRecord record) {
    assertThat(logs.isLoggable(record)).isTrue();
    return new PatternFormatter("%s|%X{requestId}|%x|%e").format(record);
  }

  private String json(ExtLogRecord record) {
    assertThat(logs.isLoggable(record)).isTrue();
    return new JsonFormatter().format(record);
  }
}
