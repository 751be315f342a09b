package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
  /** What is refused, written a second time: a block that is lost or cut is seen. */
  static Stream<String> refused() {
    return Stream.of(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "::/8",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "5f00::/16",
        "4000::/2",
        "8000::/1",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void holdNothingOfASpecialBlock(String block) {
    var network = Network.parse(block);
    assertThat(Stream.of(0.001, 0.25, 0.5, 0.75, 0.999).map(part -> Blocks.inside(network, part)))
        .allMatch(network::contains)
        .noneMatch(PublicAddresses::contains);
    assertThat(List.of(network.first(), Blocks.last(network)))
        .allMatch(network::contains)
        .noneMatch(PublicAddresses::contains);
  }

  @Test
  void knowEachSpecialBlockOnce() {
    assertThat(refused().map(Network::parse)).containsAll(PublicAddresses.SPECIAL);
    assertThat(PublicAddresses.SPECIAL)
        .allSatisfy(one ->
            assertThat(PublicAddresses.SPECIAL)
                .filteredOn(other -> other.contains(one.first()))
                .containsExactly(one));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111"})
  void holdWhatIsPublic(String address) {
    assertThat(PublicAddresses.contains(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"::ffff:8.8.8.8", "::ffff:127.0.0.1"})
  void holdNoMappedAddressThatTheJdkKeptAsOne(String mapped) {
    var address = Corpus.addresses(mapped).getFirst();
    assertThat(address).isInstanceOf(Inet6Address.class);
    assertThat(PublicAddresses.contains(address)).isFalse();
  }
}
