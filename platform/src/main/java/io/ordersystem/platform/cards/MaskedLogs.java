package io.ordersystem.platform.cards;

import io.quarkus.logging.LoggingFilter;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;

/**
 * Masks card numbers in what is logged: the message with its parameters, the context (MDC, NDC) and
 * the texts of exceptions. It works on the record and not on the finished line, because escapes of
 * the JSON format ({@code \n4242...}) would put letters next to digits. Lets every record pass.
 */
@LoggingFilter(name = "card-numbers")
public final class MaskedLogs implements Filter {

  /** The log manager makes every record an {@link ExtLogRecord} before a handler sees it. */
  @Override
  public boolean isLoggable(LogRecord record) {
    if (record instanceof ExtLogRecord entry) {
      maskMessage(entry);
      maskContext(entry);
      if (entry.getThrown() != null) {
        entry.setThrown(MaskedThrowable.of(entry.getThrown()));
      }
    }
    return true;
  }

  private static void maskMessage(ExtLogRecord entry) {
    String message = entry.getFormattedMessage();
    if (message != null && CardNumbers.contains(message)) {
      entry.setMessage(CardNumbers.mask(message), FormatStyle.NO_FORMAT);
      entry.setParameters(null);
    }
  }

  private static void maskContext(ExtLogRecord entry) {
    for (Map.Entry<String, String> value : entry.getMdcCopy().entrySet()) {
      if (CardNumbers.contains(value.getValue())) {
        entry.putMdc(value.getKey(), CardNumbers.mask(value.getValue()));
      }
    }
    String ndc = entry.getNdc();
    if (ndc != null && CardNumbers.contains(ndc)) {
      entry.setNdc(CardNumbers.mask(ndc));
    }
  }
}
