package io.ordersystem.platform.ids;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/**
 * Makes UUIDv7 (RFC 9562): their first 48 bits are the milliseconds since 1970, so tables sorted or
 * partitioned by id are sorted or partitioned by time.
 */
@Singleton
public class Ids {
  private final TimeBasedEpochGenerator generator = Generators.timeBasedEpochGenerator();
  private final Clock clock;

  Ids(Clock clock) {
    this.clock = clock;
  }

  /** A new id of this moment; ascending within one process and millisecond. */
  public UUID next() {
    return at(clock.instant());
  }

  /** A new id of that moment, for ids that must carry the same millisecond as another. */
  public UUID at(Instant time) {
    return generator.construct(time.toEpochMilli());
  }

  /** When an id was made, to the millisecond. */
  public static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  /** The smallest UUIDv7-shaped value of that millisecond: a bound for ranges of ids. */
  public static UUID floor(Instant time) {
    return new UUID(time.toEpochMilli() << 16, 0L);
  }
}
