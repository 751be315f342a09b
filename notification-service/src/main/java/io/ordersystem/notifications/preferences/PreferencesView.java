package io.ordersystem.notifications.preferences;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody prefers.
 *
 * @param customerId absent of a seller's
 * @param sellerId absent of a customer's
 * @param email of a seller that has named one; customers' addresses belong to their orders
 * @param locale a language tag; absent for that of each order's contact, or the default
 * @param channels where optional messages are wanted, sorted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PreferencesView(
    @Nullable String customerId,
    @Nullable String sellerId,
    @Nullable String email,
    @Nullable String locale,
    List<String> channels,
    long version,
    Instant updatedAt) {

  /** Not the address: it is personal. */
  @Override
  public String toString() {
    return "PreferencesView[%s%s, version=%d]"
        .formatted(
            customerId == null ? "" : "customer " + customerId,
            sellerId == null ? "" : "seller " + sellerId,
            version);
  }
}
