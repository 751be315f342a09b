package io.ordersystem.devstack.stack;

import java.util.function.BooleanSupplier;

/**
 * Where services find what they stand on: directly, or over the links that can be broken; and
 * whether they send traces. Both are asked each time a process is started.
 */
record Backing(BooleanSupplier linked, BooleanSupplier tracing) {
  boolean traced() {
    return tracing.getAsBoolean();
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
