package io.ordersystem.devstack.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class InvariantTest {

  @Test
  void readsTitleParametersAndQuery() {
    var invariant =
        Invariant.parse(
            "I05-nothing-late.sql",
            """
            -- title: nothing is late
            -- grace: it takes a while
            -- ledger: it knows better
            -- A remark on :nothing; in particular.
            SELECT id, 'x'::text AS detail FROM t
              -- and another; remark
            WHERE a < now() - :grace AND b = :ledger AND c < now() - :grace
            """);

    assertThat(invariant)
        .isEqualTo(
            new Invariant(
                "I5",
                "nothing is late",
                "SELECT id, 'x'::text AS detail FROM t\n"
                    + "WHERE a < now() - ?::interval AND b = ?::jsonb AND c < now() - ?::interval",
                List.of(
                    Invariant.Parameter.GRACE,
                    Invariant.Parameter.LEDGER,
                    Invariant.Parameter.GRACE)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "I5-short.sql|-- title: t\\nSELECT 1|is not named like I01-what-it-says.sql",
        "I05-a.sql|SELECT 1|has no line '-- title: ...'",
        "I05-a.sql|-- title: t|must hold one query without semicolon",
        "I05-a.sql|-- title: t\\nSELECT 1; DROP TABLE t|must hold one query without semicolon",
        "I05-a.sql|-- title: t\\nSELECT a ? b|? is taken for a parameter by JDBC",
        "I05-a.sql|-- title: t\\nSELECT :when|knows no :when",
        "I05-a.sql|-- title: t\\nSELECT :grace|':grace' and the line '-- grace: why' go together",
        "I05-a.sql|-- title: t\\n-- grace: x\\nSELECT 1|':grace' and the line '-- grace: why' go together",
      })
  void refusesAFileThatIsNoInvariant(String name, String text, String message) {
    assertThatThrownBy(() -> Invariant.parse(name, text.replace("\\n", "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(name + ": " + message);
  }

  @Test
  void everyFileOfTheFolderIsAsked() throws IOException {
    try (var files = Files.list(Path.of("src/main/resources/invariants"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Invariants.FILES);
    }
    assertThat(Invariants.load()).hasSameSizeAs(Invariants.FILES);
  }

  @Test
  void readsDurationsAsPeopleWriteThem() throws Exception {
    var durations = new CheckCommand.ShortDuration();

    assertThat(durations.convert("30s")).isEqualTo(Duration.ofSeconds(30));
    assertThat(durations.convert("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThatThrownBy(() -> durations.convert("soon")).isInstanceOf(TypeConversionException.class);
    assertThatThrownBy(() -> durations.convert("25h")).isInstanceOf(TypeConversionException.class);
  }
}
