package io.ordersystem.devstack.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The questions that services ask their database about itself, by the platform's files. */
final class Figures {
  private Figures() {}

  /** The text of a question, for a {@code FROM}. */
  static String sql(String file) {
    try (var content = Figures.class.getResourceAsStream("/figures/" + file)) {
      if (content == null) {
        throw new IllegalStateException("the build lost figures/" + file);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
