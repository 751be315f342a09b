package io.ordersystem.devstack.check;

import java.util.List;

/**
 * What one invariant came to.
 *
 * @param violations how many there are in all
 * @param listed the first of them
 * @param millis how long the query took
 */
public record Finding(
    String id, String title, long violations, List<Violation> listed, long millis) {

  /** One thing that must not be: its id in the system's own terms, and what is wrong with it. */
  public record Violation(String id, String detail) {}

  public boolean holds() {
    return violations == 0;
  }
}
