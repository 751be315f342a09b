package io.ordersystem.orders.order;

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
    if (amount < 0 || weights.length == 0 || Arrays.stream(weights).anyMatch(w -> w < 0)) {
      throw new IllegalArgumentException("nothing negative, and at least one weight");
    }
    long[] effective = weights;
    if (Arrays.stream(weights).allMatch(weight -> weight == 0)) {
      effective = new long[weights.length];
      Arrays.fill(effective, 1);
    }
    BigInteger sum =
        Arrays.stream(effective)
            .mapToObj(BigInteger::valueOf)
            .reduce(BigInteger.ZERO, BigInteger::add);
    long[] shares = new long[effective.length];
    BigInteger[] remainders = new BigInteger[effective.length];
    long left = amount;
    for (int i = 0; i < effective.length; i++) {
      BigInteger[] parts =
          BigInteger.valueOf(amount)
              .multiply(BigInteger.valueOf(effective[i]))
              .divideAndRemainder(sum);
      shares[i] = parts[0].longValueExact();
      remainders[i] = parts[1];
      left -= shares[i];
    }
    IntStream.range(0, effective.length)
        .boxed()
        .sorted(Comparator.<Integer, BigInteger>comparing(i -> remainders[i]).reversed())
        .limit(left)
        .forEach(i -> shares[i]++);
    return shares;
  }
}
