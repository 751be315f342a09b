package io.ordersystem.devstack.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether an approved card is charged at once or only held. */
enum CaptureMethod {
  AUTOMATIC,
  AUTOMATIC_ASYNC,
  MANUAL;

  @JsonValue
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
