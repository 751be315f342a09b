package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration adds: here as on a developer's machine. */
class TargetRulesTest {
  private static final TargetRules DEVSTACK = TargetRules.of(true, List.of("127.0.0.0/8"));

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9000/hook, -, 127.0.0.1",
    "https://127.255.255.254/, -, 127.255.255.254",
    "http://localhost:9000/, 127.0.0.1, 127.0.0.1",
    "http://hooks.localhost/, 127.0.0.2, 127.0.0.2",
    "http://sandbox:9000/, 127.0.0.1, 127.0.0.1",
    "http://shop.test/, 127.0.0.1, 127.0.0.1",
    "http://example.com/, 93.184.215.14, 93.184.215.14",
    "https://example.com/, 127.0.0.1, 127.0.0.1",
    "https://sandbox/, 93.184.215.14, 93.184.215.14"
  })
  void letThroughWhatTheConfigurationAllows(String url, String answer, String address) {
    var target = Target.parse(url, DEVSTACK);
    assertThat(new TargetGuard(Corpus.names(answer), DEVSTACK).resolve(target).getAddress())
        .isEqualTo(InetAddress.ofLiteral(address));
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1/, has an address that is not public",
    "http://126.0.0.1.0/, has a host that ends in a number and is no plain IPv4 address",
    "http://127.1/, has a host that ends in a number and is no plain IPv4 address",
    "http://2130706433/, has a host that ends in a number and is no plain IPv4 address",
    "http://[::1]/, has an address that is not public",
    "http://[::ffff:127.0.0.1]/, has a host that is no plain IPv6 address",
    "http://[::ffff:7f00:1]/, has a host that is no plain IPv6 address",
    "http://127.0.0.1:22/, 'has a port other than 80, 443 and 1024 to 65535'",
    "http://ada@127.0.0.1/, names a user",
    "http://localhost./, has a host that ends in a dot",
    "http://a_b/, has a host that is no host name",
    "ftp://127.0.0.1/, has a scheme that is not allowed"
  })
  void refuseAUrlAllTheSame(String url, String reason) {
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> Target.parse(url, DEVSTACK))
        .extracting(TargetRefused::reason)
        .isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "::1",
        "169.254.169.254",
        "127.0.0.1,10.0.0.1",
        "127.0.0.1,::1",
        "93.184.215.14,192.168.0.1"
      })
  void refuseAnAddressOfAnotherNetwork(String answer) {
    var target = Target.parse("http://localhost/", DEVSTACK);
    var guard = new TargetGuard(Corpus.names(answer), DEVSTACK);
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> guard.resolve(target))
        .extracting(TargetRefused::reason)
        .isEqualTo("has an address that is not public");
  }

  @Test
  void takeTheDefaultPortOfTheScheme() {
    assertThat(Target.parse("http://127.0.0.1", DEVSTACK))
        .isEqualTo(new Target(false, "127.0.0.1", 80, "/"))
        .extracting(Target::authority)
        .isEqualTo("127.0.0.1");
    assertThat(Target.parse("http://127.0.0.1:443", DEVSTACK).authority())
        .isEqualTo("127.0.0.1:443");
  }

  @Test
  void allowHttpAndNetworksApart() {
    var http = TargetRules.of(true, List.of());
    assertThat(Target.parse("http://example.com/", http).tls()).isFalse();
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> Target.parse("http://localhost/", http))
        .extracting(TargetRefused::reason)
        .isEqualTo("has a host that is not a public name");
    var network = TargetRules.of(false, List.of("127.0.0.0/8"));
    assertThat(Target.parse("https://localhost/", network).host()).isEqualTo("localhost");
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> Target.parse("http://localhost/", network))
        .extracting(TargetRefused::reason)
        .isEqualTo("has a scheme that is not allowed");
  }

  @Test
  void allowIpv6Networks() {
    var rules = TargetRules.of(false, List.of("::1/128", "FD00::/8"));
    assertThat(rules.allows(InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(rules.allows(InetAddress.ofLiteral("fd12::1"))).isTrue();
    assertThat(rules.allows(InetAddress.ofLiteral("fc12::1"))).isFalse();
    assertThat(rules.allows(InetAddress.ofLiteral("::2"))).isFalse();
    assertThat(rules.allows(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
  }

  /** An odd prefix is compared bit by bit. */
  @ParameterizedTest
  @CsvSource({
    "172.16.0.0/12, 172.31.255.255, true",
    "172.16.0.0/12, 172.32.0.0, false",
    "10.0.0.0/31, 10.0.0.1, true",
    "10.0.0.0/31, 10.0.0.2, false",
    "10.1.2.3/32, 10.1.2.3, true",
    "10.1.2.3/32, 10.1.2.2, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 127.0.0.1, false",
    "2001:db8::/33, 2001:db8:7fff::, true",
    "2001:db8::/33, 2001:db8:8000::, false"
  })
  void knowWhatANetworkContains(String network, String address, boolean contains) {
    assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address))).isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "127.0.0.1",
        "127.0.0.1/8",
        "127.0.0.0/33",
        "127.0.0.0/-1",
        "127.0.0.0/08",
        "127.0.0.0/+8",
        "127.0.0.0/",
        "127.0.0.0/8/8",
        "127.0.0.0/255.0.0.0",
        "127/8",
        "127.0/8",
        "0x7f.0.0.0/8",
        "0127.0.0.0/8",
        " 127.0.0.0/8",
        "127.0.0.0/8 ",
        "localhost/8",
        "::1/129",
        "::1/64",
        "fe80::%eth0/10",
        "[::1]/128",
        "::ffff:127.0.0.0/104",
        "::ffff:7f00:0/104"
      })
  void refuseWhatIsNoNetwork(String network) {
    assertThatIllegalArgumentException().isThrownBy(() -> TargetRules.of(false, List.of(network)));
  }
}
