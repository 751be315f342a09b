package io.ordersystem.contracts.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command: give back whatever is still held under the key, or only the named quantities. An unknown
 * key is remembered as released.
 *
 * @param reference names a release of named quantities: a repeat of it has no second effect
 * @param lines absent for everything
 */
public record ReleaseStock(
    String reservationKey, String reason, @Nullable String reference, @Nullable List<Line> lines) {

  /** Everything that is still held. */
  public static ReleaseStock all(String reservationKey, String reason) {
    return new ReleaseStock(reservationKey, reason, null, null);
  }

  /**
   * @param quantity at most what is still held under {@code lineKey}
   */
  public record Line(String lineKey, int quantity) {}
}
