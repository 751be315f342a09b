package io.ordersystem.payments.payment;

import io.ordersystem.payments.payment.Fact.Kind;
import io.ordersystem.payments.payment.Fact.Result;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The money of one payment, computed from the set of its facts, in minor units.
 *
 * @param authorization what is known of the authorisation
 * @param authorized what the provider held once
 * @param closed whether the provider holds nothing any more
 * @param advancing asked for ahead of the parcels
 * @param advanced taken ahead of the parcels
 * @param drawn of that, used for parcels or claimed by one
 * @param returning of what was taken ahead, on its way back
 * @param returned of what was taken ahead, given back
 * @param stuck of what was taken ahead, the provider refused to take back
 * @param charging claimed by parcels and not taken ahead: the provider is being asked for it
 * @param disputedAhead of what was taken ahead, withdrawn by the provider because the card holder
 *     contests it
 * @param shares by child order
 */
public record Account(
    Result authorization,
    long authorized,
    boolean closed,
    long advancing,
    long advanced,
    long drawn,
    long returning,
    long returned,
    long stuck,
    long charging,
    long disputedAhead,
    Map<UUID, ShareAmounts> shares) {

  public Account {
    shares = Map.copyOf(shares);
  }

  /** Computes the account. Facts may be repeated and in any order. */
  public static Account of(Collection<Share> shares, Collection<Fact> facts) {
    var deciding = new HashMap<Fact.Topic, Fact>();
    facts.forEach(fact -> deciding.merge(fact.topic(), fact, BinaryOperator.maxBy(Fact.DECIDING)));
    List<Fact> decided = List.copyOf(deciding.values());
    Predicate<Fact> succeeded = fact -> fact.is(Result.SUCCEEDED);
    var amounts = new LinkedHashMap<UUID, ShareAmounts>();
    shares.forEach(share ->
        amounts.put(
            share.orderId(),
            amounts(
                share,
                decided.stream().filter(f -> share.orderId().equals(f.orderId())).toList())));
    return new Account(
        of(decided, Kind.AUTHORIZATION).map(Fact::result).orElse(Result.REQUESTED),
        sum(decided, Kind.AUTHORIZATION, succeeded),
        of(decided, Kind.CANCELLATION).filter(succeeded).isPresent(),
        sum(decided, Kind.ADVANCE, Fact::isOpen),
        sum(decided, Kind.ADVANCE, succeeded),
        decided.stream()
            .filter(f -> f.kind() == Kind.CAPTURE && (f.isOpen() || succeeded.test(f)))
            .mapToLong(Fact::drawn)
            .sum(),
        sum(decided, Kind.RETURN, Fact::isOpen),
        sum(decided, Kind.RETURN, succeeded),
        sum(decided, Kind.RETURN, f -> f.is(Result.FAILED) || f.is(Result.REVERSED)),
        decided.stream()
            .filter(f -> f.kind() == Kind.CAPTURE && f.isOpen())
            .mapToLong(f -> f.amount() - f.drawn())
            .sum(),
        sum(decided.stream().filter(f -> f.orderId() == null).toList(), Kind.DISPUTE, succeeded),
        amounts);
  }

  private static ShareAmounts amounts(Share share, List<Fact> facts) {
    Predicate<Fact> succeeded = fact -> fact.is(Result.SUCCEEDED);
    return new ShareAmounts(
        share.amount(),
        sum(facts, Kind.CAPTURE, Fact::isOpen),
        sum(facts, Kind.CAPTURE, succeeded),
        sum(facts, Kind.RELEASE, succeeded),
        sum(facts, Kind.REFUND, Fact::isOpen),
        sum(facts, Kind.REFUND, succeeded),
        sum(facts, Kind.DISPUTE, succeeded));
  }

  private static Optional<Fact> of(List<Fact> facts, Kind kind) {
    return facts.stream().filter(fact -> fact.kind() == kind).findFirst();
  }

  private static long sum(List<Fact> facts, Kind kind, Predicate<Fact> counts) {
    return facts.stream()
        .filter(fact -> fact.kind() == kind && counts.test(fact))
        .mapToLong(Fact::amount)
        .sum();
  }

  private long total(ToLongFunction<ShareAmounts> amount) {
    return shares.values().stream().mapToLong(amount).sum();
  }

  public long claimed() {
    return total(ShareAmounts::claimed);
  }

  /** Taken for parcels. */
  public long captured() {
    return total(ShareAmounts::captured);
  }

  public long released() {
    return total(ShareAmounts::released);
  }

  public long refunding() {
    return total(ShareAmounts::refunding);
  }

  public long refunded() {
    return total(ShareAmounts::refunded);
  }

  public long disputed() {
    return total(ShareAmounts::disputed) + disputedAhead;
  }

  /** What parcels can still ask for, of all shares. */
  public long drawable() {
    return total(ShareAmounts::drawable);
  }

  /** What the provider has taken of the card: its books must say the same. */
  public long taken() {
    return captured() + claimed() - charging - drawn + advanced;
  }

  /** What the provider has given back: its books must say the same. */
  public long givenBack() {
    return refunded() + returned;
  }

  /** Taken ahead, and neither used, nor contested, nor given back, nor on its way back. */
  public long ahead() {
    return advanced - drawn - returned - returning - disputedAhead;
  }

  /**
   * What the provider still holds and has not been asked for. Parcels may ask for more: they wait
   * for what is being taken ahead.
   */
  public long chargeable() {
    return closed ? 0 : Math.max(0, authorized - taken() - charging - advancing);
  }

  /** What the provider still holds. */
  public long held() {
    return closed ? 0 : authorized - taken();
  }

  /** Whether nothing is asked for that the provider has not answered. */
  public boolean isQuiet() {
    return charging == 0 && advancing == 0 && returning == 0 && refunding() == 0;
  }

  /** What the payment is called. */
  public PaymentStatus status() {
    return switch (authorization) {
      case REQUESTED -> closed ? PaymentStatus.VOIDED : PaymentStatus.REQUESTED;
      case UNKNOWN -> closed ? PaymentStatus.VOIDED : PaymentStatus.UNKNOWN;
      case ACTION_REQUIRED -> closed ? PaymentStatus.VOIDED : PaymentStatus.REQUIRES_ACTION;
      case FAILED -> PaymentStatus.DECLINED;
      case SUCCEEDED, REVERSED -> settled();
    };
  }

  private PaymentStatus settled() {
    long captured = captured();
    if (captured == 0) {
      boolean gone = closed && claimed() == 0 && taken() == givenBack();
      return gone ? PaymentStatus.VOIDED : PaymentStatus.AUTHORIZED;
    }
    boolean done = captured + released() == authorized;
    if (refunded() > 0) {
      return done && refunded() == captured
          ? PaymentStatus.REFUNDED
          : PaymentStatus.PARTIALLY_REFUNDED;
    }
    return done ? PaymentStatus.CAPTURED : PaymentStatus.PARTIALLY_CAPTURED;
  }
}
