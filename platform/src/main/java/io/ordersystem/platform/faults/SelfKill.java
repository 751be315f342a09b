package io.ordersystem.platform.faults;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code kill -9} of this process by itself. Not {@link Runtime#halt}: that waits up to 300 ms for
 * threads in native code, and meanwhile the process keeps its connections and its locks.
 */
final class SelfKill {
  private static final int SIGKILL = 9;

  /** Linked when made and not when called, so that death comes at once. */
  private final MethodHandle raise =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("raise"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  /** Does not return, unless the system refuses: then with what to throw. */
  IllegalStateException now() {
    try {
      int refused = (int) raise.invokeExact(SIGKILL);
      return new IllegalStateException("raise(SIGKILL) answered " + refused);
    } catch (Throwable failure) {
      return new IllegalStateException("raise(SIGKILL) could not be called", failure);
    }
  }
}
