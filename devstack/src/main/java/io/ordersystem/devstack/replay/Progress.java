package io.ordersystem.devstack.replay;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** One line that says how far it is: rewritten on a terminal, now and then a new one elsewhere. */
final class Progress {
  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final int orders;
  private final long start;
  private long nextLine;
  private int done;
  private int confirmed;

  Progress(PrintWriter out, boolean terminal, LongSupplier nanoTime, int orders) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.orders = orders;
    this.start = nanoTime.getAsLong();
    this.nextLine = start;
  }

  synchronized void done(Outcome outcome) {
    done++;
    if (outcome instanceof Outcome.Confirmed) {
      confirmed++;
    }
    long now = nanoTime.getAsLong();
    if (now - nextLine >= 0 || done == orders) {
      nextLine = now + (terminal ? Duration.ofMillis(100) : Duration.ofSeconds(5)).toNanos();
      print(now);
    }
  }

  private void print(long now) {
    double seconds = Math.max(now - start, 1) / 1e9;
    out.printf(
        "%s%d of %d orders, %d confirmed, %.0f/s%s",
        terminal ? "\r" : "",
        done,
        orders,
        confirmed,
        done / seconds,
        terminal && done < orders ? "   " : System.lineSeparator());
    out.flush();
  }
}
