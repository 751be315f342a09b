package io.ordersystem.devstack.sandbox;

import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one request, read under Stripe's rules: each wrong value is refused with its
 * name, and so is each parameter that nobody asked for.
 */
final class Params {
  private static final int MAX_TEXT = 5_000;
  private static final int MAX_ARRAY = 20;
  private static final int MAX_METADATA = 50;
  private static final int MAX_METADATA_KEY = 40;
  private static final int MAX_METADATA_VALUE = 500;

  private final MultiMap values;
  private final Set<String> known = new HashSet<>();

  Params(MultiMap values) {
    this.values = values;
  }

  @Nullable String text(String name) {
    known.add(name);
    var value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value.isBlank()) {
      throw StripeErrors.invalid(
          "parameter_invalid_empty", name, "You passed an empty string for '" + name + "'.");
    }
    if (value.length() > MAX_TEXT) {
      throw StripeErrors.invalid(
          "parameter_invalid_string_blank", name, name + " is longer than " + MAX_TEXT + ".");
    }
    return value;
  }

  String required(String name) {
    var value = text(name);
    if (value == null) {
      throw StripeErrors.missing(name);
    }
    return value;
  }

  @Nullable Long integer(String name, long min, long max) {
    var value = text(name);
    if (value == null) {
      return null;
    }
    if (!value.matches("-?[0-9]{1,18}")) {
      throw StripeErrors.invalid(
          "parameter_invalid_integer", name, "Invalid integer: " + shortened(value));
    }
    var number = Long.parseLong(value);
    if (number < min || number > max) {
      throw StripeErrors.invalid(
          "parameter_invalid_integer",
          name,
          "Invalid integer: %d. It must be from %d to %d.".formatted(number, min, max));
    }
    return number;
  }

  boolean flag(String name, boolean otherwise) {
    var value = text(name);
    return switch (value) {
      case null -> otherwise;
      case "true" -> true;
      case "false" -> false;
      default -> throw StripeErrors.invalid(null, name, "Invalid boolean: " + shortened(value));
    };
  }

  <T> T choice(String name, T otherwise, Function<T, String> wire, T[] allowed) {
    var value = text(name);
    if (value == null) {
      return otherwise;
    }
    return Arrays.stream(allowed)
        .filter(candidate -> wire.apply(candidate).equals(value))
        .findFirst()
        .orElseThrow(() ->
            StripeErrors.invalid(
                null,
                name,
                "Invalid %s: must be one of %s"
                    .formatted(
                        name, Arrays.stream(allowed).map(wire).collect(Collectors.joining(", ")))));
  }

  @Nullable String oneOf(String name, String... allowed) {
    return text(name) == null ? null : choice(name, "", Function.identity(), allowed);
  }

  Map<String, String> metadata() {
    var metadata = new LinkedHashMap<String, String>();
    for (var entry : values) {
      var name = entry.getKey();
      if (name.startsWith("metadata[") && name.endsWith("]")) {
        known.add(name);
        put(metadata, name.substring("metadata[".length(), name.length() - 1), entry.getValue());
      }
    }
    if (metadata.size() > MAX_METADATA) {
      throw StripeErrors.invalid(
          null, "metadata", "You can have at most " + MAX_METADATA + " metadata keys.");
    }
    return metadata;
  }

  private static void put(Map<String, String> metadata, String key, String value) {
    if (key.isEmpty() || key.length() > MAX_METADATA_KEY) {
      throw StripeErrors.invalid(
          null, "metadata", "Metadata keys have 1 to " + MAX_METADATA_KEY + " characters.");
    }
    if (value.length() > MAX_METADATA_VALUE) {
      throw StripeErrors.invalid(
          null,
          "metadata[" + key + "]",
          "Metadata values have at most " + MAX_METADATA_VALUE + " characters.");
    }
    if (!value.isEmpty()) {
      metadata.put(key, value);
    }
  }

  /** The values of an array such as {@code types[0]=a}, at most 20 as in Stripe's lists. */
  Set<String> texts(String name) {
    var found = new HashSet<String>();
    for (var entry : values) {
      if (entry.getKey().startsWith(name + "[")) {
        known.add(entry.getKey());
        found.add(entry.getValue());
      }
    }
    if (found.size() > MAX_ARRAY) {
      throw StripeErrors.invalid(null, name, "You can have at most " + MAX_ARRAY + " of these.");
    }
    return found;
  }

  /** Whether the charge is to be shown whole; nothing else can be expanded here. */
  boolean expandsCharge() {
    var expands = false;
    for (var entry : values) {
      if (entry.getKey().startsWith("expand[")) {
        known.add(entry.getKey());
        if (!Set.of("latest_charge", "data.latest_charge").contains(entry.getValue())) {
          throw StripeErrors.invalid(
              null,
              "expand",
              "This property cannot be expanded (" + shortened(entry.getValue()) + ").");
        }
        expands = true;
      }
    }
    return expands;
  }

  /** Accepts parameters that change nothing in a sandbox: exact names, or prefixes ending in [. */
  void ignore(String... names) {
    for (var entry : values) {
      for (var name : names) {
        if (entry.getKey().equals(name)
            || (name.endsWith("[") && entry.getKey().startsWith(name))) {
          known.add(entry.getKey());
        }
      }
    }
  }

  void refuseUnknown() {
    for (var name : values.names()) {
      if (!known.contains(name)) {
        throw StripeErrors.invalid(
            "parameter_unknown", shortened(name), "Received unknown parameter: " + shortened(name));
      }
    }
  }

  /** The same for the same parameters in any order. */
  String canonical() {
    return StreamSupport.stream(values.spliterator(), false)
        .map(entry -> entry.getKey().length() + ":" + entry.getKey() + "=" + entry.getValue())
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static String shortened(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "...";
  }
}
