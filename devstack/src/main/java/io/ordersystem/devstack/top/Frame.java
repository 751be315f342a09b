package io.ordersystem.devstack.top;

import io.ordersystem.devstack.top.Observation.Heard;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What is now, and what has happened since the look before, in lines of at most 100 characters. */
final class Frame {
  private static final int WIDTH = 100;
  private static final int HALF = 49;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Frame() {}

  /** The lines of a frame. */
  static List<String> of(Observation before, Observation now) {
    var services = Services.of(before, now);
    var business = new Business(services);
    var machinery = new Machinery(services);
    var lines = new ArrayList<>(head(before, now));
    lines.add("");
    lines.addAll(
        Block.beside(
            Block.below(business.orders(), business.payments(), business.reservations()),
            HALF,
            Block.below(
                machinery.processes(now.services()),
                business.sagas(),
                machinery.reads(),
                machinery.caches(),
                machinery.invariants())));
    lines.add("");
    lines.addAll(Block.below(machinery.consumers(), Business.stock(now.stock())));
    return lines.stream()
        .map(line -> line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + Block.CUT)
        .toList();
  }

  private static List<String> head(Observation before, Observation now) {
    var lines = new ArrayList<String>();
    lines.add(
        Text.format(
            "order system  %s UTC  what happened in the last %.1f s; - is none, ? is not known",
            TIME.format(now.time()),
            Duration.between(before.time(), now.time()).toMillis()
                / (double) TimeUnit.SECONDS.toMillis(1)));
    for (Heard heard : now.services()) {
      if (heard.failure() != null) {
        lines.add("NO ANSWER from %s-service: %s".formatted(heard.service(), heard.failure()));
      }
    }
    if (now.stock().failure() != null) {
      lines.add("NO ANSWER from the database: " + now.stock().failure());
    }
    return lines;
  }
}
