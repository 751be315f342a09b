package io.ordersystem.devstack.stack;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The four services, and where each of their instances listens on this machine. */
public enum LocalService {
  ORDER(
      new Instance(LocalPort.ORDER, LocalPort.ORDER_MANAGEMENT),
      new Instance(LocalPort.ORDER_2, LocalPort.ORDER_2_MANAGEMENT)),
  INVENTORY(
      new Instance(LocalPort.INVENTORY, LocalPort.INVENTORY_MANAGEMENT),
      new Instance(LocalPort.INVENTORY_2, LocalPort.INVENTORY_2_MANAGEMENT)),
  PAYMENT(
      new Instance(LocalPort.PAYMENT, LocalPort.PAYMENT_MANAGEMENT),
      new Instance(LocalPort.PAYMENT_2, LocalPort.PAYMENT_2_MANAGEMENT)),
  NOTIFICATION(
      new Instance(LocalPort.NOTIFICATION, LocalPort.NOTIFICATION_MANAGEMENT),
      new Instance(LocalPort.NOTIFICATION_2, LocalPort.NOTIFICATION_2_MANAGEMENT));

  /** How many instances of a service have a place here. */
  public static final int MOST_INSTANCES = 2;

  private static final Pattern NAME = Pattern.compile("([a-z]+?)(?:-service)?(?:-([1-9]))?");

  private final List<Instance> instances;

  LocalService(Instance... instances) {
    this.instances = List.of(instances);
  }

  /**
   * Where one process of a service listens.
   *
   * @param management for health, metrics and operations
   */
  public record Instance(LocalPort http, LocalPort management) {}

  /** {@code order}, {@code inventory}, ... */
  public String shortName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Where an instance listens.
   *
   * @param number from 0, less than {@link #MOST_INSTANCES}
   */
  public Instance instance(int number) {
    return instances.get(number);
  }

  /** The first so many. */
  List<Instance> first(int count) {
    return instances.subList(0, count);
  }

  /**
   * The instance of that name: {@code order} and {@code order-service} are the first, {@code
   * order-1} and {@code order-service-1} the next one.
   */
  public static Optional<Instance> named(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int number = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    return Arrays.stream(values())
        .filter(service ->
            service.shortName().equals(parts.group(1)) && number < service.instances.size())
        .map(service -> service.instance(number))
        .findFirst();
  }
}
