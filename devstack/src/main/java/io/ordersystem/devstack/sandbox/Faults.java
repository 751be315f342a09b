package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The faults that are planted now. Used from one thread only; a restart forgets them. */
final class Faults {
  private final Map<Fault, Integer> planted = new EnumMap<>(Fault.class);
  private final RandomGenerator random;

  Faults(RandomGenerator random) {
    this.random = random;
  }

  int value(Fault fault) {
    return planted.getOrDefault(fault, fault.unlessTold());
  }

  /** Uses up one of the next calls that are to go wrong. */
  boolean take(Fault fault) {
    var left = value(fault);
    if (left == 0) {
      return false;
    }
    planted.put(fault, left - 1);
    return true;
  }

  /** Uses up one of the next, or else lets chance decide at the given rate. */
  boolean take(Fault next, Fault percent) {
    return take(next) || random.nextInt(100) < value(percent);
  }

  void clear() {
    planted.clear();
  }

  /** Plants the named faults and leaves the others; refuses the whole when any part is unknown. */
  void plant(JsonObject wanted) {
    var read = new EnumMap<Fault, Integer>(Fault.class);
    read(wanted, "", read);
    planted.putAll(read);
  }

  private static void read(JsonObject from, String prefix, Map<Fault, Integer> into) {
    for (var name : from.fieldNames()) {
      var path = prefix + name;
      var value = from.getValue(name);
      if (path.equals(Fault.WEBHOOKS) && value instanceof JsonObject nested) {
        read(nested, Fault.WEBHOOKS + ".", into);
        continue;
      }
      var fault =
          Fault.at(name.indexOf('.') < 0 ? path : "")
              .orElseThrow(
                  () -> StripeErrors.invalid("parameter_unknown", path, "Unknown fault: " + path));
      into.put(fault, number(fault, value));
    }
  }

  private static int number(Fault fault, @Nullable Object value) {
    if (fault == Fault.SHUFFLE && value instanceof Boolean on) {
      return on ? 1 : 0;
    }
    if (fault != Fault.SHUFFLE
        && value instanceof Integer number
        && number >= 0
        && number <= fault.max()) {
      return number;
    }
    throw StripeErrors.invalid(
        null,
        fault.path(),
        fault == Fault.SHUFFLE
            ? fault.path() + " is true or false"
            : "%s is a whole number from 0 to %d".formatted(fault.path(), fault.max()));
  }

  JsonObject toJson() {
    var webhooks = new JsonObject();
    var json = new JsonObject();
    for (var fault : Fault.values()) {
      var name = fault.path().substring(fault.path().indexOf('.') + 1);
      var value = value(fault);
      (name.equals(fault.path()) ? json : webhooks)
          .put(name, fault == Fault.SHUFFLE ? (Object) (value == 1) : (Object) value);
    }
    return json.put(Fault.WEBHOOKS, webhooks);
  }
}
