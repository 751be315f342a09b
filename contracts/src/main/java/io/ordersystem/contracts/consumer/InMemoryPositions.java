package io.ordersystem.contracts.consumer;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

final class InMemoryPositions implements Positions {
  private final Map<Stream, Long> last = new HashMap<>();

  @Override
  public OptionalLong last(String source, String subject) {
    Long version = last.get(new Stream(source, subject));
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  @Override
  public void reached(String source, String subject, long version) {
    last.put(new Stream(source, subject), version);
  }
}
