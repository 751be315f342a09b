package io.ordersystem.devstack.replay;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;

/** One row with typed columns; {@code NULL} is how the files write an absent value. */
final class Row {
  private static final String ABSENT = "NULL";
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9._:-]{1,50}");
  private static final BigDecimal HIGHEST_AMOUNT = new BigDecimal("1000000000");

  private final String file;
  private final long line;
  private final CSVRecord values;

  Row(String file, long line, CSVRecord values) {
    this.file = file;
    this.line = line;
    this.values = values;
  }

  Optional<String> find(String column) {
    var value = values.get(column).strip();
    return value.isEmpty() || value.equals(ABSENT) ? Optional.empty() : Optional.of(value);
  }

  /** The same of a column that the file may lack. */
  Optional<String> findIfThere(String column) {
    return values.isMapped(column) ? find(column) : Optional.empty();
  }

  String text(String column) {
    return find(column).orElseThrow(() -> wrong(column, "is absent"));
  }

  /** A value that can be part of our ids. */
  String identifier(String column) {
    var value = text(column);
    if (!IDENTIFIER.matcher(value).matches()) {
      throw wrong(column, "'%s' is not 1 to 50 of A-Z a-z 0-9 . _ : -".formatted(value));
    }
    return value;
  }

  int whole(String column, int least, int most) {
    var value = text(column);
    if (value.matches("-?\\d{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw wrong(column, "'%s' is not a whole number from %d to %d".formatted(value, least, most));
  }

  /** Dollars as they are written, exactly, in cents. */
  long cents(String column) {
    var amount = decimal(column);
    if (amount.signum() < 0 || amount.compareTo(HIGHEST_AMOUNT) > 0) {
      throw wrong(column, "'%s' is not an amount from 0 to %s".formatted(amount, HIGHEST_AMOUNT));
    }
    try {
      return amount.movePointRight(2).longValueExact();
    } catch (ArithmeticException partOfACent) {
      throw wrong(column, "'%s' is not a whole number of cents".formatted(amount));
    }
  }

  /** A share from 0 to 1. */
  BigDecimal fraction(String column) {
    var value = decimal(column);
    if (value.signum() < 0 || value.compareTo(BigDecimal.ONE) > 0) {
      throw wrong(column, "'%s' is not from 0 to 1".formatted(value));
    }
    return value;
  }

  InvalidCsv wrong(String column, String what) {
    return new InvalidCsv("%s, line %d, column %s: %s".formatted(file, line, column, what));
  }

  private BigDecimal decimal(String column) {
    var value = text(column);
    if (!value.matches("-?\\d{1,12}(\\.\\d{1,12})?")) {
      throw wrong(column, "'%s' is not a decimal number".formatted(value));
    }
    return new BigDecimal(value);
  }
}
