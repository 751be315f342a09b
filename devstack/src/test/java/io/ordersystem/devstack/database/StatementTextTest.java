package io.ordersystem.devstack.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      value = {
        "SELECT $1, t2.x FROM orders_2026_11 t2 WHERE n > 12.5   ~ SELECT $1, t2.x FROM orders_2026_11 t2 WHERE n > ?",
        "UPDATE t SET a = 'it''s', b = 'x' WHERE id = '1'        ~ UPDATE t SET a = ?, b = ? WHERE id = ?",
        "UPDATE t SET a = E'it\\'s 4242' WHERE id = 1            ~ UPDATE t SET a = E? WHERE id = ?",
        "SELECT 'a' || $$b 'c'$$ || $tag$d $$ e$tag$             ~ SELECT ? || ? || ?",
        "DO $$ BEGIN PERFORM 1; END $$                           ~ DO ?",
        "SELECT 1 /* 4242 4242 4242 4242 */ -- and 'this'        ~ SELECT ?",
        "SELECT 'cut off in the mid                              ~ SELECT ?",
        "DO $$ cut off                                           ~ DO ?",
        "SELECT 1 /* cut off                                     ~ SELECT ?",
      })
  void hidesWhatWasWrittenIntoAStatement(String statement, String line) {
    assertThat(StatementText.line(statement, 200)).isEqualTo(line);
  }

  @Test
  void isOneLineOfAtMostSoManyCharacters() {
    assertThat(StatementText.line("SELECT a,\n\t  b\nFROM t", 100)).isEqualTo("SELECT a, b FROM t");
    assertThat(StatementText.line("SELECT a, b FROM t", 12)).isEqualTo("SELECT a,...");
    assertThat(StatementText.line(null, 12)).isEmpty();
    assertThat(StatementText.line("SELECT '" + "it''s ".repeat(100_000) + "', a", 20))
        .isEqualTo("SELECT ?, a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444"})
  void showsNoCardNumberWhereverItStands(String card) {
    var random = new Random(1);
    var pieces =
        new String[] {"'", "''", "\\", "$$", "$t$", "--", "\n", "/*", "*/", "x ", " = ", card};
    for (int i = 0; i < 20_000; i++) {
      var statement =
          random
              .ints(random.nextInt(1, 12), 0, pieces.length)
              .mapToObj(piece -> pieces[piece])
              .collect(Collectors.joining());
      assertThat(StatementText.line(statement, 1000))
          .as(statement)
          .doesNotContainPattern("\\d{4}[ -]?\\d{4}");
    }
  }
}
