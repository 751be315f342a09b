package io.ordersystem.platform.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A failure that was asked for; looks like a broken connection to whoever handles it. */
public final class InjectedFault extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  InjectedFault(FaultPoint point) {
    super(new IOException("injected at " + point.id()));
  }
}
