package io.ordersystem.devstack.stack;

import java.util.function.BooleanSupplier;

/**
 * Where services find what they stand on, and each other: directly, or over the links that can be
 * broken, the primary also over a pooler, or over the gateway when there is more than one of each;
 * and whether they send traces. All are asked each time a process is started.
 */
record Backing(
    BooleanSupplier linked,
    BooleanSupplier pooling,
    BooleanSupplier tracing,
    BooleanSupplier shared) {
  /** Where a service is asked by somebody else than a client. */
  String address(LocalService service) {
    return (shared.getAsBoolean() ? LocalPort.GATEWAY : service.instance(0).http()).url();
  }

  /** Whether others take over from a process that ends. */
  boolean hasOthers() {
    return shared.getAsBoolean();
  }

  boolean traced() {
    return tracing.getAsBoolean();
  }

  /** Whether statements go over a pooler, for which {@link #statements} is the address. */
  boolean pooled() {
    return pooling.getAsBoolean();
  }

  int statements() {
    return pooled() ? LocalPort.POOLER.number() : postgres();
  }

  int postgres() {
    return choose(LocalPort.POSTGRES, LocalPort.LINK_POSTGRES);
  }

  int replica() {
    return choose(LocalPort.REPLICA, LocalPort.LINK_REPLICA);
  }

  int kafka() {
    return choose(LocalPort.KAFKA, LocalPort.LINK_KAFKA);
  }

  int redis() {
    return choose(LocalPort.REDIS, LocalPort.LINK_REDIS);
  }

  int provider() {
    return choose(LocalPort.SANDBOX, LocalPort.LINK_PROVIDER);
  }

  private int choose(LocalPort direct, LocalPort link) {
    return (linked.getAsBoolean() ? link : direct).number();
  }
}
