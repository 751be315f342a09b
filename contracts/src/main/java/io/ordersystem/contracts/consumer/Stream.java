package io.ordersystem.contracts.consumer;

/** What versions are counted within. */
record Stream(String source, String subject) {
  static Stream of(ConsumedEvent event) {
    return new Stream(event.source(), event.subject());
  }

  @Override
  public String toString() {
    return source + " " + subject;
  }
}
