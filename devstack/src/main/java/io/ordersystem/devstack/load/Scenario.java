package io.ordersystem.devstack.load;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The seed's load scenarios. Each is a k6 script that can be run without us. */
enum Scenario {
  ORDER_CREATION(16, "up to 200 users, each with a second between two orders; nothing runs out"),
  INVENTORY_CONTENTION(5, "200 users want one offer that runs out; no more may be sold of it");

  private final int minutes;
  private final String about;

  Scenario(int minutes, String about) {
    this.minutes = minutes;
    this.about = about;
  }

  /** The one with that name, if there is one. */
  static Optional<Scenario> named(String name) {
    return Arrays.stream(values()).filter(it -> it.scenarioName().equals(name)).findFirst();
  }

  /** How it is called on the command line and in k6. */
  String scenarioName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How long it takes unscaled, as its script says, too. */
  int minutes() {
    return minutes;
  }

  /** What it does, in one line. */
  String about() {
    return about;
  }

  Path script(Path scripts) {
    return scripts.resolve(scenarioName() + ".js");
  }
}
