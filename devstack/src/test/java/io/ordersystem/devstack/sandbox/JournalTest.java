package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;

  private List<Entry> appendAndReplay(Entry... entries) throws Exception {
    var replayed = new ArrayList<Entry>();
    try (var journal = Journal.open(directory, replayed::add)) {
      for (var entry : entries) {
        journal.append(entry).get(5, TimeUnit.SECONDS);
      }
    }
    return replayed;
  }

  private Path file() {
    return directory.resolve("sandbox.journal");
  }

  @Test
  void replaysWhatWasAppendedInItsOrder() throws Exception {
    var first = Entry.settled(1, "evt_1");
    var second = Entry.settled(2, "evt_2");

    assertThat(appendAndReplay(first, second)).isEmpty();
    assertThat(appendAndReplay()).containsExactly(first, second);
  }

  @Test
  void cutsOffATornLastLineAndGoesOnBehindTheRest() throws Exception {
    var first = Entry.settled(1, "evt_1");
    var second = Entry.settled(2, "evt_2");
    assertThat(appendAndReplay(first)).isEmpty();
    var whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length / 2), StandardOpenOption.APPEND);

    assertThat(appendAndReplay(second)).containsExactly(first);
    assertThat(appendAndReplay()).containsExactly(first, second);
  }

  @Test
  void refusesADamagedLineThatOthersFollow() throws Exception {
    assertThat(appendAndReplay(Entry.settled(1, "evt_1"), Entry.settled(2, "evt_2"))).isEmpty();
    Files.writeString(file(), Files.readString(file()).replace("evt_1", "evt_9"));

    assertThatIOException()
        .isThrownBy(this::appendAndReplay)
        .withMessageContaining("damaged at byte 0");
  }

  @Test
  void saysThatAnOlderSandboxWroteIt() throws Exception {
    var json = "{\"at\":1,\"settledEvent\":\"evt_1\"}";
    var sum = new CRC32();
    sum.update(json.getBytes(StandardCharsets.US_ASCII));
    Files.writeString(file(), HexFormat.of().toHexDigits((int) sum.getValue()) + " " + json + "\n");

    assertThatIOException()
        .isThrownBy(this::appendAndReplay)
        .withMessageContaining("older sandbox");
  }

  @Test
  void refusesASecondWriter() throws IOException {
    try (var _ = Journal.open(directory, _ -> {})) {
      assertThatIOException()
          .isThrownBy(() -> Journal.open(directory, _ -> {}))
          .withMessageContaining("open");
    }
  }

  @Test
  void failsAnAppendOnceItIsClosed() throws Exception {
    var journal = Journal.open(directory, _ -> {});
    journal.close();

    assertThat(journal.append(Entry.settled(1, "evt_1")))
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("closed");
  }
}
