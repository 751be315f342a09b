package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Samples;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was seen when everybody was asked once. */
record Observation(Instant time, List<Heard> services, Stock stock) {

  /**
   * What one service has answered.
   *
   * @param service its short name
   * @param nanos when it was asked, by {@link System#nanoTime}
   * @param samples none when it has not answered
   * @param failure why it has not
   * @param mebibytes of memory that its process takes, also when it does not answer; 0 without one
   */
  record Heard(
      String service, long nanos, Samples samples, @Nullable String failure, long mebibytes) {}

  /**
   * The offers of which most is reserved, the first the most.
   *
   * @param failure why they are not known
   */
  record Stock(List<Offer> offers, @Nullable String failure) {}

  /** Units of an offer, at this moment. */
  record Offer(String variant, String seller, long reserved, long onHand) {}

  /** Whether everybody has answered. */
  boolean complete() {
    return stock.failure() == null
        && services.stream().allMatch(service -> service.failure() == null);
  }
}
