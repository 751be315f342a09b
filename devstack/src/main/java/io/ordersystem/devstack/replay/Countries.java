package io.ordersystem.devstack.replay;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** English country names to ISO 3166-1 alpha-2, as the contract wants them. */
final class Countries {
  private static final Set<String> GERMAN = Set.of("DE", "AT", "CH");

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

  /** What is spoken where a row says that somebody is: German or, by default, English. */
  String languageIn(Row row) {
    boolean german =
        row.findIfThere("country").flatMap(this::codeOf).filter(GERMAN::contains).isPresent();
    return german ? "de" : "en";
  }
}
