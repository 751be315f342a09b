package io.ordersystem.devstack.postgres;

import java.util.Locale;
import java.util.Map;

/**
 * Who may log in to the local database. A service's role owns the schema of the same name and has
 * no rights elsewhere. Passwords are those of a database that listens on the loopback only.
 */
public enum DatabaseRole {
  SUPERUSER("postgres"),
  ORDERS("orders"),
  INVENTORY("inventory"),
  PAYMENTS("payments"),
  NOTIFICATIONS("notifications"),
  /** Reads everything, writes nothing: {@code ./order-system check}. */
  AUDITOR("auditor");

  private static final Map<String, DatabaseRole> OF_SERVICE =
      Map.of(
          "order", ORDERS,
          "inventory", INVENTORY,
          "payment", PAYMENTS,
          "notification", NOTIFICATIONS);

  private final String roleName;

  DatabaseRole(String roleName) {
    this.roleName = roleName;
  }

  /** The role of a service, by its short name ({@code order}, {@code payment}, ...). */
  public static DatabaseRole ofService(String service) {
    var role = OF_SERVICE.get(service);
    if (role == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no service is called %s: %s", service, OF_SERVICE.keySet()));
    }
    return role;
  }

  /** The name to log in with; for a service also the name of its schema. */
  public String roleName() {
    return roleName;
  }

  /** The password to log in with. */
  public String password() {
    return roleName;
  }

  /** Whether the role owns a schema of its own name. */
  public boolean ownsSchema() {
    return OF_SERVICE.containsValue(this);
  }
}
