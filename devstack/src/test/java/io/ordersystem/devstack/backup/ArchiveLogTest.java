package io.ordersystem.devstack.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields before each test
class ArchiveLogTest {
  private static final String NAME = "000000010000000000000001";

  @TempDir private Path directory;
  private Path part;
  private Path back;

  @BeforeEach
  void write() throws IOException {
    var bytes = new byte[3 * 1024 * 1024 + 17];
    new Random(7).nextBytes(bytes);
    part = Files.write(directory.resolve("part"), bytes);
    back = directory.resolve("back");
  }

  @Test
  void whatIsPutIsGotAndCannotBeReadWithoutTheKey() throws IOException {
    Files.writeString(part, "a card holder".repeat(1000));
    assertThat(archive("put", NAME, part)).isZero();
    assertThat(Files.readString(sealed(), StandardCharsets.ISO_8859_1))
        .doesNotContain("a card holder");
    assertThat(archive("get", NAME, back)).isZero();
    assertThat(back).hasSameBinaryContentAs(part);
    assertThat(Files.getPosixFilePermissions(directory.resolve("key.json"))).hasSize(2);
  }

  @Test
  void aPartMayComeAgainAsItWasAndNotAsAnother() throws IOException {
    assertThat(archive("put", NAME, part)).isZero();
    assertThat(archive("put", NAME, part)).isZero();
    Path other = Files.write(directory.resolve("other"), new byte[] {1, 2, 3});
    assertThat(archive("put", NAME, other)).isNotZero();
    assertThat(archive("get", NAME, back)).isZero();
    assertThat(back).hasSameBinaryContentAs(part);
  }

  @Test
  void aPartThatIsNotThereIsNotGot() {
    assertThat(archive("get", NAME, back)).isNotZero();
    assertThat(back).doesNotExist();
  }

  @Test
  void aChangedByteAnotherNameAndAnotherKeyAreErrorsThatLeaveNoFile() throws IOException {
    archive("put", NAME, part);
    byte[] bytes = Files.readAllBytes(sealed());
    byte[] changed = bytes.clone();
    changed[changed.length - 100] ^= 1;
    Files.write(sealed(), changed);
    assertThat(archive("get", NAME, back)).isNotZero();
    assertThat(back).doesNotExist();

    Files.write(directory.resolve("log/000000010000000000000002.sealed"), bytes);
    assertThat(archive("get", "000000010000000000000002", back)).isNotZero();

    Files.write(sealed(), bytes);
    assertThat(archive("get", NAME, back)).isZero();
    Files.delete(directory.resolve("key.json"));
    assertThat(archive("get", NAME, directory.resolve("third"))).isNotZero();
    assertThat(directory.resolve("third")).doesNotExist();
  }

  @Test
  void aFileThatIsNotWrittenToItsEndIsNotThere() throws IOException {
    var sealed = new SealedDirectory(directory.resolve("log"), directory.resolve("key.json"));
    assertThatThrownBy(() ->
            sealed.write(
                NAME,
                file -> {
                  file.write(1);
                  throw new IOException("the disk is full");
                }))
        .hasMessage("the disk is full");
    assertThat(sealed.has(NAME)).isFalse();
  }

  @Test
  void aNameIsNoWayOutOfTheDirectory() {
    assertThat(archive("put", "../key", part)).isNotZero();
    assertThat(directory.resolve("key.sealed")).doesNotExist();
  }

  private Path sealed() {
    return directory.resolve("log").resolve(NAME + ".sealed");
  }

  private int archive(String direction, String name, Path file) {
    return new CommandLine(new ArchiveLog())
        .setErr(new PrintWriter(new StringWriter()))
        .execute(
            "--directory",
            directory.resolve("log").toString(),
            "--key",
            directory.resolve("key.json").toString(),
            direction,
            name,
            file.toString());
  }
}
