package io.ordersystem.notifications.delivery;

import java.math.BigDecimal;
import java.text.NumberFormat;
import java.util.Currency;
import java.util.Locale;

/** Amounts as people read them. */
final class Amount {
  private Amount() {}

  /**
   * Minor units in the manner of a locale, with as many decimals as the currency has (0, 2 or 3).
   */
  static String format(long minorUnits, String currencyCode, Locale locale) {
    Currency currency = Currency.getInstance(currencyCode);
    int digits = Math.max(0, currency.getDefaultFractionDigits());
    NumberFormat format = NumberFormat.getCurrencyInstance(locale);
    format.setCurrency(currency);
    format.setMinimumFractionDigits(digits);
    format.setMaximumFractionDigits(digits);
    String text = format.format(BigDecimal.valueOf(minorUnits, digits));
    // English writes a symbol next to the number, but a code apart from it.
    return text.replaceFirst("^(-?)(" + currencyCode + ")(?=\\d)", "$1$2\u00a0");
  }
}
