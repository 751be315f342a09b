package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ordersystem.notifications.webhook.Corpus.Accepted;
import io.ordersystem.notifications.webhook.Corpus.Refused;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What production's rules make of the URLs in {@code src/test/resources/ssrf}. */
class TargetCorpusTest {
  private static final TargetRules PRODUCTION = TargetRules.of(false, List.of());

  static Stream<Refused> refusedByTheUrlAlone() {
    return Corpus.refused().filter(Refused::byTheUrlAlone);
  }

  static Stream<Refused> refusedByTheirAddresses() {
    return Corpus.refused().filter(it -> !it.byTheUrlAlone());
  }

  static Stream<Accepted> accepted() {
    return Corpus.accepted();
  }

  static Stream<Network> specialBlocks() {
    return PublicAddresses.SPECIAL.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedByTheUrlAlone")
  void refusesTheUrl(Refused it) {
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> Target.parse(it.url(), PRODUCTION))
        .extracting(TargetRefused::reason)
        .isEqualTo(it.reason());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedByTheirAddresses")
  void refusesTheAddressesAndNamesNone(Refused it) {
    var target = Target.parse(it.url(), PRODUCTION);
    var guard = new TargetGuard(Corpus.names(it.answer()), PRODUCTION);
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> guard.resolve(target))
        .satisfies(refused -> assertThat(refused.reason()).isEqualTo(it.reason()))
        .satisfies(
            refused -> assertThat(refused.toString()).doesNotContain(it.answer().split(",")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void accepts(Accepted it) {
    var target = Target.parse(it.url(), PRODUCTION);
    assertThat(target).isEqualTo(it.target());
    var resolved = new TargetGuard(Corpus.names(it.answer()), PRODUCTION).resolve(target);
    assertThat(resolved.isUnresolved()).isFalse();
    assertThat(resolved)
        .extracting(
            InetSocketAddress::getAddress,
            InetSocketAddress::getHostString,
            InetSocketAddress::getPort)
        .containsExactly(it.address(), it.target().host(), it.target().port());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void readsAUrlAsTheJdkDoes(Accepted it) {
    var target = Target.parse(it.url(), PRODUCTION);
    var uri = URI.create(it.url());
    var written = URI.create("https://" + target.authority() + target.pathAndQuery());
    assertThat(uri.getHost()).isNotNull();
    assertThat(target.authority()).startsWith(uri.getHost().toLowerCase(Locale.ROOT));
    assertThat(target.port()).isEqualTo(uri.getPort() < 0 ? 443 : uri.getPort());
    assertThat(written.getHost()).isEqualTo(uri.getHost().toLowerCase(Locale.ROOT));
    assertThat(written.getRawQuery()).isEqualTo(uri.getRawQuery());
    assertThat(written.getRawPath()).isEqualTo(uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
  }

  @Test
  void hasManyCasesAndNoneTwice() {
    assertThat(Corpus.refused()).hasSizeGreaterThan(300).doesNotHaveDuplicates();
    assertThat(Corpus.refused().map(it -> it.line() + it.answer())).doesNotHaveDuplicates();
    assertThat(Corpus.accepted().map(Accepted::url)).hasSizeGreaterThan(75).doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("specialBlocks")
  void isRefusedAtBothEndsOfABlock(Network block) {
    assertThat(refusedLiterals()).contains(block.first(), Blocks.last(block));
  }

  /** Without the block, a case of the corpus would be accepted. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("specialBlocks")
  void wouldMissABlock(Network block) {
    assertThat(refusedLiterals())
        .anyMatch(address ->
            block.contains(address)
                && PublicAddresses.SPECIAL.stream()
                    .filter(other -> !other.equals(block))
                    .noneMatch(other -> other.contains(address)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("specialBlocks")
  void isAcceptedOnBothSidesOfABlock(Network block) {
    var accepted =
        Corpus.accepted()
            .flatMap(it -> IpLiteral.find(it.target().host()).stream())
            .collect(Collectors.toSet());
    assertThat(accepted)
        .containsAll(Blocks.around(block).filter(PublicAddresses::contains).toList());
  }

  private static Set<InetAddress> refusedLiterals() {
    return Corpus.refused()
        .map(it -> it.line().replaceFirst("^https://\\[?([0-9a-f.:]+)\\]?/$", "$1"))
        .map(IpLiteral::find)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }
}
