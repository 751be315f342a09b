package io.ordersystem.devstack.client;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A refusal as RFC 9457 writes it; the code is stable, the detail is for people. */
public record Problem(
    String code, @Nullable String title, @Nullable String detail, List<Violation> errors) {

  /** One wrong field: a JSON Pointer and what is wrong with it. */
  public record Violation(@Nullable String pointer, @Nullable String message) {}

  // Jackson hands over null for what an answer leaves out.
  public Problem(
      @Nullable String code,
      @Nullable String title,
      @Nullable String detail,
      @Nullable List<Violation> errors) {
    this.code = code == null ? "" : code;
    this.title = title;
    this.detail = detail;
    this.errors = errors == null ? List.of() : List.copyOf(errors);
  }

  static Problem none() {
    return new Problem(null, null, null, null);
  }

  /** Code, detail and wrong fields in one line. */
  public String summary() {
    var fields =
        errors.stream()
            .map(error -> "%s: %s".formatted(error.pointer(), error.message()))
            .collect(Collectors.joining("; "));
    var text = detail == null ? (title == null ? "" : title) : detail;
    return (code + " " + text + (fields.isEmpty() ? "" : " [" + fields + "]")).strip();
  }
}
