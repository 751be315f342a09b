package io.ordersystem.devstack.sandbox;

import java.util.Arrays;
import java.util.Optional;

/** The ways in which the sandbox can be told to misbehave, each with its largest value. */
enum Fault {
  /** Every API call waits this long first. */
  LATENCY_MS("latencyMs", 60_000),
  /** The next calls answer 500 and have no effect; nothing is kept under their keys. */
  FAIL_NEXT("failNext", 1_000_000),
  /** Of the changing calls, so many in a hundred fail like that. */
  FAIL_PERCENT("failPercent", 100),
  /** The next changing calls take effect and are not answered. */
  TIMEOUT_AFTER_EFFECT_NEXT("timeoutAfterEffectNext", 1_000_000),
  /** Of the changing calls, so many in a hundred are not answered either. */
  TIMEOUT_AFTER_EFFECT_PERCENT("timeoutAfterEffectPercent", 100),
  /**
   * How long such a call is held before its connection is closed. A long hold makes the client time
   * out; 0 closes at once, which {@code HttpURLConnection} repairs by itself with a repeat.
   */
  HOLD_MS("holdMs", 60_000),
  /** The next cards are declined whatever they are. */
  DECLINE_NEXT("declineNext", 1_000_000),
  LOSE_NEXT("webhooks.loseNext", 1_000_000),
  LOSE_PERCENT("webhooks.losePercent", 100),
  DUPLICATE_NEXT("webhooks.duplicateNext", 1_000_000),
  DUPLICATE_PERCENT("webhooks.duplicatePercent", 100),
  /** 0 or 1, given as a boolean: every webhook is delayed at random, so that they overtake. */
  SHUFFLE("webhooks.shuffle", 1),
  DELAY_MS("webhooks.delayMs", 600_000),
  WRONG_SIGNATURE_NEXT("webhooks.wrongSignatureNext", 1_000_000);

  static final String WEBHOOKS = "webhooks";
  private static final int HOLD_UNLESS_TOLD = 30_000;

  private final String path;
  private final int max;

  Fault(String path, int max) {
    this.path = path;
    this.max = max;
  }

  String path() {
    return path;
  }

  int max() {
    return max;
  }

  int unlessTold() {
    return this == HOLD_MS ? HOLD_UNLESS_TOLD : 0;
  }

  static Optional<Fault> at(String path) {
    return Arrays.stream(values()).filter(fault -> fault.path.equals(path)).findFirst();
  }
}
