package io.ordersystem.devstack.backup;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;

/**
 * Files that are encrypted on their way into a directory and decrypted on their way out, by AES-256
 * in Galois/Counter Mode in segments of 1 MiB. A changed byte, a file under another's name and a
 * wrong key are errors, found while reading: what was read until then is no file.
 */
public final class SealedDirectory {
  private static final String SUFFIX = ".sealed";

  private final Path directory;
  private final StreamingAead cipher;

  /**
   * A directory with its key.
   *
   * @param key the file of the key, in a directory that exists; made when it is absent, readable by
   *     its owner only
   */
  public SealedDirectory(Path directory, Path key) throws IOException {
    this.directory = StateDirectory.directory(directory);
    try {
      StreamingAeadConfig.register();
      if (!Files.exists(key)) {
        writeNew(key);
      }
      this.cipher = handle(key).getPrimitive(RegistryConfiguration.get(), StreamingAead.class);
    } catch (GeneralSecurityException e) {
      throw new IOException("no key for backups in " + key + ": " + e.getMessage(), e);
    }
  }

  private static void writeNew(Path key) throws IOException, GeneralSecurityException {
    var made = KeysetHandle.generateNew(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB);
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        key, TinkJsonProtoKeysetFormat.serializeKeyset(made, InsecureSecretKeyAccess.get()));
  }

  private static KeysetHandle handle(Path key) throws IOException, GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.parseKeyset(
        Files.readString(key), InsecureSecretKeyAccess.get());
  }

  /** Whether there is a file of that name. */
  public boolean has(String name) {
    return Files.exists(sealed(name));
  }

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; when it throws there is no file. */
    void writeTo(OutputStream file) throws IOException;
  }

  /**
   * A new file, or one in place of another. When this returns it is there as a whole, and on the
   * disk.
   */
  public void write(String name, Content content) throws IOException {
    Path target = sealed(name);
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    try (var sealing = cipher.newEncryptingStream(Files.newOutputStream(partial), aboutIt(name))) {
      content.writeTo(sealing);
    } catch (GeneralSecurityException e) {
      throw new IOException(name + " cannot be encrypted: " + e.getMessage(), e);
    }
    flushToDisk(partial, StandardOpenOption.WRITE);
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    flushToDisk(directory, StandardOpenOption.READ);
  }

  /**
   * What is in a file.
   *
   * @throws IOException there or while reading, when it is not what was written under that name
   */
  public InputStream read(String name) throws IOException {
    try {
      return cipher.newDecryptingStream(Files.newInputStream(sealed(name)), aboutIt(name));
    } catch (GeneralSecurityException e) {
      throw new IOException(name + " cannot be decrypted: " + e.getMessage(), e);
    }
  }

  private Path sealed(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(name + " is no name of a file in a backup");
    }
    return directory.resolve(name + SUFFIX);
  }

  /** A file belongs to its name. */
  private static byte[] aboutIt(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static void flushToDisk(Path path, StandardOpenOption mode) throws IOException {
    try (var file = FileChannel.open(path, mode)) {
      file.force(true);
    }
  }
}
