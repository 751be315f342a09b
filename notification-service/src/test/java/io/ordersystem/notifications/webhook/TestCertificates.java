package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Made anew each time, by the JDK's own tool: no key lies in the repository. */
final class TestCertificates {
  private TestCertificates() {}

  /**
   * A certificate that vouches for itself.
   *
   * @param alternativeName as keytool writes it, such as {@code ip:127.0.0.1}
   */
  static PfxOptions selfSigned(Path store, String alternativeName)
      throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + alternativeName,
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                store.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(status).isZero();
    return new PfxOptions().setPath(store.toString()).setPassword("password");
  }
}
