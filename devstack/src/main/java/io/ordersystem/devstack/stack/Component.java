package io.ordersystem.devstack.stack;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One process of the local system.
 *
 * @param ports what it listens on, the one that people use first
 * @param start starts it unless it runs, and returns when it is ready or throws
 * @param healthy whether it runs and answers
 * @param stop ends it cleanly
 */
public record Component(
    Daemon daemon, List<LocalPort> ports, Runnable start, BooleanSupplier healthy, Runnable stop) {
  public String name() {
    return daemon.name();
  }

  /**
   * The process that it is now.
   *
   * @throws ComponentFailed when it does not run
   */
  public long pid() {
    return daemon.running().orElseThrow(() -> new ComponentFailed(name() + " does not run")).pid();
  }
}
