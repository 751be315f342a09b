package io.ordersystem.notifications.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class TargetGuardTest {
  private static final String PUBLIC = "93.184.215.14";
  private static final TargetRules PRODUCTION = TargetRules.of(false, List.of());

  private final Target target = Target.parse("https://hooks.example.com:8443/a", PRODUCTION);
  private final Dns dns = new Dns();

  @Test
  void refusesANameThatWasReboundSinceItWasSaved() {
    var guard = new TargetGuard(dns, PRODUCTION);
    dns.answers(PUBLIC).answers("127.0.0.1");
    assertThat(guard.resolve(target).getAddress().getHostAddress()).isEqualTo(PUBLIC);
    assertRefused(guard, target, "has an address that is not public");
    assertThat(dns.asked).containsExactly("hooks.example.com", "hooks.example.com");
  }

  @Test
  void connectsToTheAddressThatItLookedAt() {
    dns.answers(PUBLIC).answers("127.0.0.1");
    var resolved = new TargetGuard(dns, PRODUCTION).resolve(target);
    assertThat(dns.asked).containsExactly("hooks.example.com");
    assertThat(resolved.isUnresolved()).isFalse();
    assertThat(resolved.getAddress()).isEqualTo(InetAddress.ofLiteral(PUBLIC));
    assertThat(resolved.getHostName()).isEqualTo("hooks.example.com");
    assertThat(resolved.getPort()).isEqualTo(8443);
    assertThat(dns.asked).hasSize(1);
  }

  @Test
  void looksAtAPublicAddressAgainWhenTheNameHasMoved() {
    dns.answers(PUBLIC).answers("8.8.8.8");
    var guard = new TargetGuard(dns, PRODUCTION);
    assertThat(guard.resolve(target).getAddress()).isEqualTo(InetAddress.ofLiteral(PUBLIC));
    assertThat(guard.resolve(target).getAddress()).isEqualTo(InetAddress.ofLiteral("8.8.8.8"));
  }

  @Test
  void recoversWhenTheNameIsKnownAgain() {
    dns.answers("?").answers(PUBLIC);
    var guard = new TargetGuard(dns, PRODUCTION);
    assertRefused(guard, target, "cannot be resolved");
    assertThat(guard.resolve(target).getAddress()).isEqualTo(InetAddress.ofLiteral(PUBLIC));
  }

  @Test
  void refusesAnEmptyAnswer() {
    assertRefused(new TargetGuard(_ -> List.of(), PRODUCTION), target, "cannot be resolved");
  }

  @Test
  void looksAtNoMoreThan32Addresses() {
    var most = Collections.nCopies(32, InetAddress.ofLiteral(PUBLIC));
    assertThat(new TargetGuard(_ -> most, PRODUCTION).resolve(target).getAddress())
        .isEqualTo(InetAddress.ofLiteral(PUBLIC));
    var more = Collections.nCopies(33, InetAddress.ofLiteral(PUBLIC));
    assertRefused(new TargetGuard(_ -> more, PRODUCTION), target, "has more than 32 addresses");
  }

  @Test
  void looksAtTheLastOf32() {
    var answer = new ArrayList<>(Collections.nCopies(31, InetAddress.ofLiteral(PUBLIC)));
    answer.add(InetAddress.ofLiteral("10.0.0.1"));
    assertRefused(
        new TargetGuard(_ -> answer, PRODUCTION), target, "has an address that is not public");
  }

  @Test
  void asksNobodyForAnAddress() {
    var guard = new TargetGuard(dns, PRODUCTION);
    assertThat(guard.resolve(Target.parse("https://8.8.8.8/", PRODUCTION)).getAddress())
        .isEqualTo(InetAddress.ofLiteral("8.8.8.8"));
    assertThat(
            guard.resolve(Target.parse("https://[2606:4700:4700::1111]/", PRODUCTION)).getAddress())
        .isEqualTo(InetAddress.ofLiteral("2606:4700:4700::1111"));
    assertThat(dns.asked).isEmpty();
  }

  @Test
  void looksAtAnAddressThatWasSavedUnderOtherRules() {
    var guard = new TargetGuard(dns, PRODUCTION);
    assertRefused(
        guard, new Target(true, "127.0.0.1", 443, "/"), "has an address that is not public");
    assertRefused(guard, new Target(true, "::1", 443, "/"), "has an address that is not public");
    assertThat(dns.asked).isEmpty();
  }

  /** A socket would connect to 127.0.0.1, which no IPv6 network may open. */
  @Test
  void looksAtWhatAMappedAddressStandsFor() {
    var rules = TargetRules.of(false, List.of("::/0"));
    dns.answers("::ffff:127.0.0.1");
    assertRefused(new TargetGuard(dns, rules), target, "has an address that is not public");
  }

  @Test
  void asksTheSystem() {
    var rules = TargetRules.of(true, List.of("127.0.0.0/8", "::1/128"));
    var guard = new TargetGuard(Names.ofSystem(), rules);
    assertThat(guard.resolve(Target.parse("http://localhost:9000/", rules)).getAddress())
        .matches(InetAddress::isLoopbackAddress);
    assertRefused(guard, Target.parse("http://shop.invalid/", rules), "cannot be resolved");
    assertRefused(
        new TargetGuard(Names.ofSystem(), PRODUCTION),
        new Target(true, "localhost", 443, "/"),
        "has an address that is not public");
  }

  private static void assertRefused(TargetGuard guard, Target target, String reason) {
    assertThatExceptionOfType(TargetRefused.class)
        .isThrownBy(() -> guard.resolve(target))
        .extracting(TargetRefused::reason)
        .isEqualTo(reason);
  }

  /** A DNS whose next answer is another one, and that remembers what it was asked. */
  private static final class Dns implements Names {
    private final Queue<String> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();

    Dns answers(String answer) {
      answers.add(answer);
      return this;
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
      asked.add(host);
      return Corpus.names(answers.remove()).addresses(host);
    }
  }
}
