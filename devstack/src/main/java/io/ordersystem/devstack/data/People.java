package io.ordersystem.devstack.data;

/** Made-up customers, each always the same. */
final class People {
  private static final String[] FIRST = {
    "Ada", "Bruno", "Clara", "David", "Elif", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Klara",
    "Luis", "Mia", "Noah", "Olga", "Paul", "Quentin", "Rosa", "Samir", "Tilda", "Ugo", "Vera",
    "Willi"
  };
  private static final String[] LAST = {
    "Adler",
    "Brandt",
    "Costa",
    "Dietrich",
    "Engel",
    "Fischer",
    "Graf",
    "Hansen",
    "Ivanov",
    "Jung",
    "Keller",
    "Lang",
    "Meyer",
    "Novak",
    "Otto",
    "Peters",
    "Quast",
    "Richter",
    "Sommer"
  };
  private static final String[] STREETS = {"Lindenweg", "Hauptstrasse", "Am Markt", "Seeallee"};
  private static final String[] CITIES = {"Berlin", "Hamburg", "Leipzig", "Freiburg", "Kassel"};

  private People() {}

  static String name(int customer) {
    return FIRST[customer % FIRST.length] + " " + LAST[customer / FIRST.length % LAST.length];
  }

  static String email(int customer) {
    return "buyer-" + (customer + 1) + "@example.org";
  }

  static String street(int customer) {
    return STREETS[customer % STREETS.length] + " " + (customer % 120 + 1);
  }

  static String city(int customer) {
    return CITIES[customer % CITIES.length];
  }
}
