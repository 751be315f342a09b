package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's memory on disk: one checksummed JSON line per {@link Entry}, forced to the device
 * before an append completes. Appends that wait at the same time share one force.
 *
 * <p>A last line that is torn was never acknowledged and is cut off at the start; a damaged line
 * before that is an error, because what follows it was acknowledged.
 */
final class Journal implements AutoCloseable {
  static final int MAX_WAITING = 10_000;
  private static final int MAX_BATCH = 512;
  private static final int MAX_LINE = 1 << 20;
  private static final Duration CLOSING = Duration.ofSeconds(10);
  private static final String FILE = "sandbox.journal";
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final FileChannel file;
  private final FileLock lock;
  private final BlockingQueue<Append> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread writer = Thread.ofPlatform().name("sandbox-journal").unstarted(this::write);
  private volatile @Nullable IOException broken;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Append(byte[] line, CompletableFuture<Void> written, boolean last) {}

  private Journal(FileChannel file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Opens the journal of {@code directory}, making it if needed, and hands every entry to {@code
   * replay} in the order of writing.
   *
   * @throws IOException if another process has it open or a line other than the last is damaged
   */
  static Journal open(Path directory, Consumer<Entry> replay) throws IOException {
    Files.createDirectories(directory);
    var path = directory.resolve(FILE);
    var file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      var journal = new Journal(file, lock(file, path));
      var whole = read(path, replay);
      file.truncate(whole);
      file.position(whole);
      file.force(true);
      journal.writer.start();
      return journal;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static FileLock lock(FileChannel file, Path path) throws IOException {
    try {
      var lock = file.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("another sandbox of this process has " + path + " open", e);
    }
    throw new IOException("another process has " + path + " open");
  }

  /** Replays all whole lines and returns where they end. */
  private static long read(Path path, Consumer<Entry> replay) throws IOException {
    long end = 0;
    @Nullable String damaged = null;
    try (var in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      for (var line = readLine(in); line.length > 0; line = readLine(in)) {
        if (damaged != null) {
          throw new IOException(path + " is damaged at byte " + end + ": " + damaged);
        }
        damaged = replayLine(line, replay);
        if (damaged == null) {
          end += line.length;
        }
      }
    }
    return end;
  }

  /** One line with its end, without it if the file stops before; empty at the end of the file. */
  private static byte[] readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      line.write(next);
      if (next == '\n') {
        break;
      }
      if (line.size() > MAX_LINE) {
        throw new IOException("a line of the journal is longer than " + MAX_LINE + " bytes");
      }
    }
    return line.toByteArray();
  }

  /** Says what is torn, if anything. A whole line that makes no sense is another program's. */
  private static @Nullable String replayLine(byte[] line, Consumer<Entry> replay)
      throws IOException {
    if (line.length < 10 || line[line.length - 1] != '\n') {
      return "the line has no end";
    }
    var written = new String(line, 0, 8, StandardCharsets.US_ASCII);
    if (!written.equals(checksum(line, 9, line.length - 10))) {
      return "the checksum does not fit";
    }
    replay.accept(JSON.readValue(line, 9, line.length - 10, Entry.class));
    return null;
  }

  private static String checksum(byte[] bytes, int from, int length) {
    var sum = new CRC32();
    sum.update(bytes, from, length);
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  /**
   * Appends one entry; completes once it cannot be lost. Fails if the disk refuses or more than
   * {@value #MAX_WAITING} entries wait.
   */
  CompletableFuture<Void> append(Entry entry) {
    var failure = broken;
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    try {
      var json = JSON.writeValueAsBytes(entry);
      var line = ByteBuffer.allocate(json.length + 10);
      line.put(checksum(json, 0, json.length).getBytes(StandardCharsets.US_ASCII));
      line.put((byte) ' ').put(json).put((byte) '\n');
      return enqueue(new Append(line.array(), new CompletableFuture<>(), false));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Void> enqueue(Append append) {
    if (!waiting.offer(append)) {
      return CompletableFuture.failedFuture(new IOException("the journal cannot keep up"));
    }
    return append.written();
  }

  private void write() {
    var batch = new ArrayList<Append>(MAX_BATCH);
    try {
      do {
        batch.clear();
        batch.add(waiting.take());
        waiting.drainTo(batch, MAX_BATCH - 1);
        force(batch);
        batch.forEach(append -> append.written().complete(null));
      } while (batch.stream().noneMatch(Append::last));
    } catch (IOException e) {
      fail(batch, e);
    } catch (InterruptedException e) {
      fail(batch, new IOException("the journal was interrupted", e));
    }
  }

  private void fail(List<Append> batch, IOException cause) {
    broken = cause;
    waiting.drainTo(batch);
    batch.forEach(append -> append.written().completeExceptionally(cause));
  }

  private void force(List<Append> batch) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (var append : batch) {
      bytes.writeBytes(append.line());
    }
    var buffer = ByteBuffer.wrap(bytes.toByteArray());
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    file.force(false);
  }

  /** Writes what still waits, then gives the file free. */
  @Override
  public void close() throws IOException {
    try {
      var end = new Append(new byte[0], new CompletableFuture<>(), true);
      var alive = broken == null;
      broken = new IOException("the journal is closed");
      if (alive && waiting.offer(end, CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        if (!writer.join(CLOSING)) {
          throw new IOException("the journal did not finish in " + CLOSING);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.release();
      file.close();
    }
  }
}
