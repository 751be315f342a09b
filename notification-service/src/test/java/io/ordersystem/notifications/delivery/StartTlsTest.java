package io.ordersystem.notifications.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestMail;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** The client behind {@code quarkus.mailer.start-tls}, against a server that cannot do it. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class StartTlsTest {
  @Inject Vertx vertx;

  private final String address = "ada-" + TestEvents.newId() + "@example.org";

  @Test
  void sendsNothingInClearWhenItIsRequired() {
    assertThatThrownBy(() -> send(StartTLSOptions.REQUIRED))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("STARTTLS");
    assertThat(TestMail.to(address)).isEmpty();
  }

  /** The same mail to the same server: it is the option that kept it back. */
  @Test
  void sendsInClearOnlyWhereThatIsAllowed() throws Exception {
    send(StartTLSOptions.OPTIONAL);
    await().atMost(Duration.ofSeconds(10)).until(() -> TestMail.to(address).size() == 1);
  }

  private void send(StartTLSOptions tls) throws Exception {
    var config = ConfigProvider.getConfig();
    MailClient client =
        MailClient.create(
            vertx,
            new MailConfig()
                .setHostname(config.getValue("quarkus.mailer.host", String.class))
                .setPort(config.getValue("quarkus.mailer.port", Integer.class))
                .setStarttls(tls));
    try {
      client
          .sendMail(new MailMessage("orders@ordersystem.local", address, "subject", "text"))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } finally {
      client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }
}
