package io.ordersystem.payments.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.payments.payment.Fact.Kind;
import io.ordersystem.payments.payment.Fact.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is known of a payment decides, and not when or how often it was heard. */
class AccountTest {
  private static final UUID PAYMENT = new UUID(0, 1);
  private static final UUID FIRST = new UUID(0, 11);
  private static final UUID SECOND = new UUID(0, 12);
  private static final List<Share> SHARES =
      List.of(new Share(FIRST, "s1", 1000), new Share(SECOND, "s2", 1500));

  private static final Fact ASKED = fact(Kind.AUTHORIZATION, 0, null, Result.REQUESTED, 2500);
  private static final Fact UNKNOWN = fact(Kind.AUTHORIZATION, 0, null, Result.UNKNOWN, 2500);
  private static final Fact HELD = fact(Kind.AUTHORIZATION, 0, null, Result.SUCCEEDED, 2500);
  private static final Fact DECLINED = fact(Kind.AUTHORIZATION, 0, null, Result.FAILED, 2500);
  private static final Fact ACTION =
      fact(Kind.AUTHORIZATION, 0, null, Result.ACTION_REQUIRED, 2500);
  private static final Fact CLOSED = fact(Kind.CANCELLATION, 0, null, Result.SUCCEEDED, 0);

  private static Fact fact(
      Kind kind, int subject, @Nullable UUID order, Result result, long amount) {
    return new Fact(
        kind, subject == 0 ? PAYMENT : new UUID(1, subject), order, 1, result, amount, 0);
  }

  private static Fact capture(int parcel, Result result, long amount) {
    return fact(Kind.CAPTURE, parcel, FIRST, result, amount);
  }

  private static Fact refund(int refund, Result result, long amount) {
    return fact(Kind.REFUND, refund, FIRST, result, amount);
  }

  static Stream<List<Fact>> histories() {
    return Stream.of(
        List.of(ASKED, UNKNOWN, HELD),
        List.of(ASKED, UNKNOWN, ACTION, HELD, CLOSED),
        List.of(ASKED, DECLINED, HELD, CLOSED),
        List.of(
            HELD,
            capture(1, Result.REQUESTED, 400),
            capture(1, Result.SUCCEEDED, 400),
            refund(2, Result.REQUESTED, 100),
            refund(2, Result.SUCCEEDED, 100),
            refund(2, Result.REVERSED, 100)),
        List.of(
            HELD,
            capture(1, Result.REQUESTED, 600),
            capture(1, Result.FAILED, 600),
            new Fact(Kind.CAPTURE, new UUID(1, 1), FIRST, 2, Result.REQUESTED, 600, 0),
            new Fact(Kind.CAPTURE, new UUID(1, 1), FIRST, 2, Result.SUCCEEDED, 600, 0),
            capture(2, Result.REQUESTED, 400)),
        List.of(
            HELD,
            fact(Kind.ADVANCE, 3, null, Result.SUCCEEDED, 2500),
            CLOSED,
            new Fact(Kind.CAPTURE, new UUID(1, 1), FIRST, 1, Result.SUCCEEDED, 700, 700),
            fact(Kind.RETURN, 4, null, Result.REQUESTED, 1800),
            fact(Kind.RETURN, 4, null, Result.SUCCEEDED, 1800)),
        List.of(
            HELD,
            capture(1, Result.SUCCEEDED, 1000),
            fact(Kind.RELEASE, 5, SECOND, Result.SUCCEEDED, 1500),
            CLOSED,
            fact(Kind.DISPUTE, 6, FIRST, Result.SUCCEEDED, 1000),
            fact(Kind.DISPUTE, 6, FIRST, Result.REVERSED, 1000)));
  }

  /** All orders of up to six facts, each fact once and twice. */
  @ParameterizedTest
  @MethodSource("histories")
  void anyOrderAndAnyRepeatGiveTheSameAmounts(List<Fact> history) {
    Account expected = Account.of(SHARES, history);
    var orders = new ArrayList<List<Fact>>();
    permute(new ArrayList<>(history), 0, orders);
    assertThat(orders).hasSize(factorial(history.size()));
    for (List<Fact> order : orders) {
      assertThat(Account.of(SHARES, order)).isEqualTo(expected);
      var twice = new ArrayList<Fact>(order);
      twice.addAll(order.reversed());
      assertThat(Account.of(SHARES, twice)).isEqualTo(expected);
    }
  }

  private static void permute(List<Fact> facts, int from, List<List<Fact>> into) {
    if (from == facts.size()) {
      into.add(List.copyOf(facts));
      return;
    }
    for (int i = from; i < facts.size(); i++) {
      Collections.swap(facts, from, i);
      permute(facts, from + 1, into);
      Collections.swap(facts, from, i);
    }
  }

  private static int factorial(int n) {
    return n <= 1 ? 1 : n * factorial(n - 1);
  }

  @Test
  void aClaimIsNoCaptureAndLeavesLessToAskFor() {
    Account account = Account.of(SHARES, List.of(HELD, capture(1, Result.REQUESTED, 400)));
    ShareAmounts first = Objects.requireNonNull(account.shares().get(FIRST));
    assertThat(first.captured()).isZero();
    assertThat(first.drawable()).isEqualTo(600);
    assertThat(account.taken()).isZero();
    assertThat(account.held()).isEqualTo(2500);
    assertThat(account.chargeable()).isEqualTo(2100);
  }

  @Test
  void aRefundOnItsWayIsNotGivenBackButCannotBeGivenBackTwice() {
    Account account =
        Account.of(
            SHARES,
            List.of(HELD, capture(1, Result.SUCCEEDED, 400), refund(2, Result.REQUESTED, 300)));
    assertThat(account.givenBack()).isZero();
    assertThat(account.shares().get(FIRST))
        .satisfies(share -> assertThat(share.refundable()).isEqualTo(100));
  }

  @Test
  void aRefundThatBouncedIsTakenMoneyAgain() {
    Account account =
        Account.of(
            SHARES,
            List.of(
                HELD,
                capture(1, Result.SUCCEEDED, 400),
                refund(2, Result.SUCCEEDED, 300),
                refund(2, Result.REVERSED, 300)));
    assertThat(account.givenBack()).isZero();
    assertThat(account.shares().get(FIRST))
        .satisfies(share -> assertThat(share.refundable()).isEqualTo(400));
    assertThat(account.status()).isEqualTo(PaymentStatus.PARTIALLY_CAPTURED);
  }

  @Test
  void aSuccessThatIsHeardOfAfterADeclineIsMoney() {
    assertThat(Account.of(SHARES, List.of(HELD, DECLINED)).status())
        .isEqualTo(PaymentStatus.AUTHORIZED);
    assertThat(Account.of(SHARES, List.of(HELD, DECLINED, CLOSED)).status())
        .isEqualTo(PaymentStatus.VOIDED);
  }

  @Test
  void whatWasTakenAheadIsTheProvidersAndNoParcels() {
    Account account =
        Account.of(
            SHARES,
            List.of(
                HELD,
                CLOSED,
                fact(Kind.ADVANCE, 3, null, Result.SUCCEEDED, 2500),
                new Fact(Kind.CAPTURE, new UUID(1, 1), FIRST, 1, Result.SUCCEEDED, 700, 700)));
    assertThat(account.taken()).isEqualTo(2500);
    assertThat(account.captured()).isEqualTo(700);
    assertThat(account.ahead()).isEqualTo(1800);
    assertThat(account.status()).isEqualTo(PaymentStatus.PARTIALLY_CAPTURED);
  }
}
