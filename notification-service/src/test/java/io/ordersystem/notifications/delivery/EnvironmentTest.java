package io.ordersystem.notifications.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.notifications.message.ChannelsConfig;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Names with a channel or a TLS configuration in them, as the chart's README has them. */
class EnvironmentTest {
  private final SmallRyeConfig config =
      new SmallRyeConfigBuilder()
          .addDefaultInterceptors()
          .addDiscoveredConverters()
          .withMapping(ChannelsConfig.class)
          .withMapping(TlsConfig.class)
          .withSources(
              new EnvConfigSource(
                  Map.of(
                      "NOTIFICATION_CHANNELS_EMAIL_RATE_PER_SECOND", "2.5",
                      "NOTIFICATION_CHANNELS_EMAIL_BURST", "20",
                      "QUARKUS_TLS_MAIL_TRUST_STORE_PEM_CERTS", "/etc/order-system/ca/ca.crt"),
                  300))
          .build();

  @Test
  void limitsAChannel() {
    ChannelsConfig.Limit limit =
        Objects.requireNonNull(config.getConfigMapping(ChannelsConfig.class).limits().get("email"));
    assertThat(limit.ratePerSecond()).hasValue(2.5);
    assertThat(limit.burst()).isEqualTo(20);
  }

  @Test
  void namesTheAuthorityThatTheRelayIsTrustedBy() {
    TlsBucketConfig mail =
        Objects.requireNonNull(
            config.getConfigMapping(TlsConfig.class).namedCertificateConfig().get("mail"));
    assertThat(mail.trustStore().orElseThrow().pem().orElseThrow().certs())
        .contains(List.of(Path.of("/etc/order-system/ca/ca.crt")));
  }
}
