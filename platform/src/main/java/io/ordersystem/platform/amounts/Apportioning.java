package io.ordersystem.platform.amounts;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Divides an amount so that nothing is lost: the largest-remainder method (Hamilton). */
public final class Apportioning {
  private Apportioning() {}

  /**
   * Shares in proportion to the weights; their sum is the amount, to the minor unit. Units left
   * over by rounding down go to the largest remainders, the earlier line first. Without any weight
   * the shares are as equal as can be. A share never exceeds its weight while the amount does not
   * exceed the sum of weights.
   *
   * @param amount minor units, not negative
   * @param weights at least one, none negative
   */
  public static long[] byLargestRemainder(long amount, long[] weights) {
    long[] effective = effective(amount, weights);
    BigInteger sum = sum(effective);
    long[] shares = roundedDown(amount, weights);
    BigInteger[] remainders = new BigInteger[effective.length];
    for (int i = 0; i < effective.length; i++) {
      remainders[i] = product(amount, effective[i]).mod(sum);
    }
    long left = amount - Arrays.stream(shares).sum();
    IntStream.range(0, effective.length)
        .boxed()
        .sorted(Comparator.<Integer, BigInteger>comparing(i -> remainders[i]).reversed())
        .limit(left)
        .forEach(i -> shares[i]++);
    return shares;
  }

  /** The exact shares without their fractions: what {@link #byLargestRemainder} starts from. */
  public static long[] roundedDown(long amount, long[] weights) {
    long[] effective = effective(amount, weights);
    BigInteger sum = sum(effective);
    return Arrays.stream(effective)
        .map(weight -> product(amount, weight).divide(sum).longValueExact())
        .toArray();
  }

  private static long[] effective(long amount, long[] weights) {
    if (amount < 0 || weights.length == 0 || Arrays.stream(weights).anyMatch(w -> w < 0)) {
      throw new IllegalArgumentException("nothing negative, and at least one weight");
    }
    if (Arrays.stream(weights).anyMatch(weight -> weight > 0)) {
      return weights;
    }
    long[] equal = new long[weights.length];
    Arrays.fill(equal, 1);
    return equal;
  }

  private static BigInteger sum(long[] weights) {
    return Arrays.stream(weights)
        .mapToObj(BigInteger::valueOf)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger product(long amount, long weight) {
    return BigInteger.valueOf(amount).multiply(BigInteger.valueOf(weight));
  }
}
