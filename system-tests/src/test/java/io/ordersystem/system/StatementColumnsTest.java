package io.ordersystem.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A statement names the columns that it returns. One that returns all of a table's is refused once
 * by each connection that has prepared it when a migration adds a column ({@code 0A000}), and over
 * a pooler by each session until the pooler replaces it (ADR 22).
 */
class StatementColumnsTest {
  /** Behind SELECT and RETURNING, or behind other columns. */
  private static final Pattern ALL_COLUMNS =
      Pattern.compile(
          "(?:SELECT(?:\\s+DISTINCT)?|RETURNING)\\s+(?:[a-z]\\w*\\.)?\\*|,\\s*[a-z]\\w*\\.\\*|, \\*");

  /** What is returned of parameters is the statement's text. */
  private static final Pattern OF_PARAMETERS =
      Pattern.compile("SELECT (?:[a-z]\\.)?\\*(?:, (?:\\$\\d+|'[A-Z]+'))*\\s+FROM unnest\\(");

  /**
   * Nothing of a table is returned: rows of one that was made like the other, kept or put into it;
   * of queries that name their columns themselves.
   */
  private static final List<String> INSIDE =
      List.of(
          "INSERT INTO %s SELECT * FROM %s",
          "attempts + 1 WHERE id = ANY ($1) RETURNING *)",
          "SELECT s.xmin, o.*\n      FROM (SELECT pg_snapshot_xmin",
          "SELECT * FROM (\\n\"\n          + (WITH_STATUS");

  private static final Path ROOT = Path.of(System.getProperty("order-system.root"));

  @Test
  void nameWhatTheyReturn() {
    var found = new ArrayList<String>();
    ServiceSources.in(ROOT)
        .forEach((file, text) -> allColumns(text).forEach(it -> found.add(file + ": " + it)));
    assertThat(found).isEmpty();
  }

  @Test
  void findsThoseThatDoNot() {
    assertThat(allColumns("SELECT * FROM payments WHERE id = $1")).hasSize(1);
    assertThat(allColumns("SELECT d.*, m.type\nFROM deliveries d")).hasSize(1);
    assertThat(allColumns("DELETE FROM parked WHERE id = $1\n RETURNING *")).hasSize(1);
    assertThat(allColumns("SELECT m.type, d.* FROM deliveries d")).hasSize(1);
    assertThat(allColumns("SELECT DISTINCT * FROM payments")).hasSize(1);
    assertThat(allColumns("SELECT * FROM (payments JOIN shares)")).hasSize(1);
    assertThat(allColumns("SELECT count(*) FROM payments")).isEmpty();
    assertThat(allColumns("SELECT c.*, $4 FROM unnest($1::text[]) AS c(key)")).isEmpty();
  }

  private static List<String> allColumns(String source) {
    String text = OF_PARAMETERS.matcher(source).replaceAll("");
    for (String inside : INSIDE) {
      text = text.replace(inside, "");
    }
    return ALL_COLUMNS.matcher(text).results().map(it -> it.group()).toList();
  }
}
