package io.ordersystem.devstack.rules.planted.untidy.cancellation;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.Supplier;

/** Every way to read the system's time. */
@SuppressWarnings("JavaUtilDate")
class WallClock {

  Instant instant() {
    return Instant.now();
  }

  Supplier<Instant> reference() {
    return Instant::now;
  }

  LocalDate today() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  long millis() {
    return System.currentTimeMillis();
  }

  Clock clock() {
    return Clock.systemUTC();
  }

  Date date() {
    return new Date();
  }
}
