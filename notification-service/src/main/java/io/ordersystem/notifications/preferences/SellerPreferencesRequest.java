package io.ordersystem.notifications.preferences;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a seller prefers, as a whole.
 *
 * @param email where it reads mail; absent for a seller that wants none at all
 * @param locale a language tag; absent for the default
 * @param channels where optional messages are wanted, which those about its orders are; none for
 *     nowhere
 */
record SellerPreferencesRequest(
    @Nullable @Email @Size(min = 3, max = 254) String email,
    @Nullable
        @Pattern(regexp = PreferencesRequest.LOCALE, message = "must be a language tag")
        @Size(max = 35)
        String locale,
    @NotNull @Size(max = PreferencesRequest.MOST_CHANNELS)
        Set<@NotNull @Size(max = 20) String> channels) {

  /** Not the address: it is personal. */
  @Override
  public String toString() {
    return "SellerPreferencesRequest[locale=%s, channels=%s]".formatted(locale, channels);
  }
}
