package io.ordersystem.devstack.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Ranks from 0, the n-th n times rarer than the first: as customers, sellers and goods are. */
final class Zipf {
  private final double[] cumulated;

  Zipf(int ranks) {
    cumulated = new double[ranks];
    double sum = 0;
    for (int i = 0; i < ranks; i++) {
      sum += 1.0 / (i + 1);
      cumulated[i] = sum;
    }
  }

  int draw(SplittableRandom random) {
    double drawn = random.nextDouble() * cumulated[cumulated.length - 1];
    int found = Arrays.binarySearch(cumulated, drawn);
    return Math.min(found < 0 ? -found - 1 : found, cumulated.length - 1);
  }
}
