package io.ordersystem.platform.events;

/** The real format, for tests of other packages. */
public final class EventFormats {
  private EventFormats() {}

  public static EventFormat real() {
    return new EventFormat();
  }
}
