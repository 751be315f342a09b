package io.ordersystem.devstack.replay;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** English country names to ISO 3166-1 alpha-2, as the contract wants them. */
final class Countries {
  private final Map<String, String> codes = new HashMap<>();

  Countries() {
    for (var code : Locale.getISOCountries()) {
      codes.put(Locale.of("", code).getDisplayCountry(Locale.ENGLISH), code);
    }
    // How people write them, which no table of official names has.
    codes.put("UK", "GB");
    codes.put("USA", "US");
  }

  Optional<String> codeOf(String name) {
    return Optional.ofNullable(codes.get(name));
  }
}
