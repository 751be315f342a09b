package io.ordersystem.devstack.prove;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One promise, and how it is put to the test. */
interface Proof {
  /** As it is called on the command line. */
  String name();

  /** What is proved, in one line. */
  String promise();

  /**
   * Tries to break the promise and prints what was seen.
   *
   * @param quick the short form, for tests: a running system, small numbers, at most 90 s
   * @param directory the Northwind files, where the proof replays orders
   * @return whether the promise held
   */
  boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception;
}
