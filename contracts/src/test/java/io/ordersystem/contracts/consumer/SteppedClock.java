package io.ordersystem.contracts.consumer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

final class SteppedClock implements InstantSource {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }
}
