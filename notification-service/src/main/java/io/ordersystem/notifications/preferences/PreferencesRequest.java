package io.ordersystem.notifications.preferences;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a customer prefers, as a whole.
 *
 * @param locale a language tag; absent for that of each order's contact
 * @param channels where optional messages are wanted; none for nowhere. What is transactional, such
 *     as a confirmation or a refund, is sent in any case
 */
record PreferencesRequest(
    @Nullable @Pattern(regexp = LOCALE, message = "must be a language tag") @Size(max = 35)
        String locale,
    @NotNull @Size(max = MOST_CHANNELS) Set<@NotNull @Size(max = 20) String> channels) {
  /** As orders take it. */
  static final String LOCALE = "[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*";

  static final int MOST_CHANNELS = 10;
}
