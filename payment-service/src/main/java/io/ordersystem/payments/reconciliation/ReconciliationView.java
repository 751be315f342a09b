package io.ordersystem.payments.reconciliation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run.
 *
 * @param status {@code RUNNING}, {@code SUCCEEDED} (it has looked at everything, whatever it found)
 *     or {@code FAILED}
 * @param from payments that the provider made at or after this moment
 * @param until ... and before this one
 * @param seen how many entries of the provider's list were read
 * @param moving how many payments were left out because they were just changing
 * @param breaks what it found, at most 1000
 */
public record ReconciliationView(
    UUID id,
    String status,
    @Nullable String failure,
    Instant from,
    Instant until,
    int seen,
    int moving,
    Instant startedAt,
    @Nullable Instant finishedAt,
    List<BreakView> breaks) {

  /**
   * What does not fit together.
   *
   * @param type {@code missing-here}, {@code missing-there}, {@code amount}, {@code currency},
   *     {@code status} or {@code duplicate}
   * @param ours what our payments say
   * @param theirs what the provider says, or the ledger
   * @param ageSeconds since it was first found, until it was resolved
   * @param resolution what was found out; {@code gone} when a later run did not find it any more
   */
  public record BreakView(
      UUID id,
      String type,
      @Nullable UUID paymentId,
      @Nullable UUID orderId,
      String providerReference,
      String ours,
      String theirs,
      Instant firstSeenAt,
      long ageSeconds,
      @Nullable Instant resolvedAt,
      @Nullable String resolution,
      @Nullable String resolvedBy) {}
}
