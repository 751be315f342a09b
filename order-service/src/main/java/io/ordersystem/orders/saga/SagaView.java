package io.ordersystem.orders.saga;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where an order is and what it waits for.
 *
 * @param step {@code RESERVING}, {@code AUTHORIZING}, {@code COMPLETED} or {@code CANCELLED}
 * @param deadline when the step's command is sent again
 * @param flag why somebody should look at it
 * @param explanation the same in a sentence
 * @param actions what an operator can do about it: {@code resume}, {@code compensate}
 */
record SagaView(
    UUID orderId,
    String orderNumber,
    String status,
    String step,
    @Nullable Instant deadline,
    int attempts,
    @Nullable String flag,
    @Nullable Instant flaggedSince,
    List<Pending> pending,
    String explanation,
    List<String> actions,
    long version) {

  /**
   * A command that waits for its answer.
   *
   * @param deadline when it is sent again; absent when it no longer is by itself
   * @param failure why it was refused
   */
  record Pending(
      UUID id,
      String command,
      @Nullable Instant deadline,
      int attempts,
      @Nullable String failure) {}
}
