package io.ordersystem.devstack.token;

import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/**
 * The key pair that signs local tokens: RSA 2048, made once per state directory, readable by its
 * owner only. It is worth nothing outside of the stack that trusts it.
 */
public final class LocalKeys {
  private static final int BITS = 2048;

  private final KeyPair keys;

  private LocalKeys(KeyPair keys) {
    this.keys = keys;
  }

  /** The keys of that stack, made when absent. Two callers at once get the same keys. */
  public static LocalKeys in(StateDirectory state) {
    var file = state.data("keys").resolve("token-private.pk8");
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      return new LocalKeys(read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("not an RSA key: " + file, e);
    }
  }

  /** What a service needs to trust the tokens: base64 of the DER form, one line. */
  public String publicKey() {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  KeyPair pair() {
    return keys;
  }

  private static void create(Path file) throws IOException, GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var written = Files.createTempFile(file.getParent(), "key", ".tmp", ownerOnly);
    Files.write(written, generator.generateKeyPair().getPrivate().getEncoded());
    try {
      // A link, unlike a move, never replaces keys that another process made meanwhile.
      Files.createLink(file, written);
    } catch (FileAlreadyExistsException madeMeanwhile) {
      // Theirs are as good as ours.
    } catch (UnsupportedOperationException noLinksHere) {
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.deleteIfExists(written);
  }

  private static KeyPair read(Path file) throws IOException, GeneralSecurityException {
    var factory = KeyFactory.getInstance("RSA");
    var privateKey =
        (RSAPrivateCrtKey)
            factory.generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(file)));
    var publicKey =
        factory.generatePublic(
            new RSAPublicKeySpec(privateKey.getModulus(), privateKey.getPublicExponent()));
    return new KeyPair(publicKey, privateKey);
  }
}
