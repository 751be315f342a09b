package io.ordersystem.devstack.top;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Shell;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Where frames appear. On a terminal each is written over the one before, as far as it fits;
 * anywhere else they follow each other, an empty line between them.
 */
final class Screen {
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  /** Of a terminal that does not say how many lines it has. */
  private static final int ROWS = 24;

  private final PrintWriter out;
  private final boolean terminal;
  private final IntSupplier rows;
  private boolean used;

  /**
   * A screen.
   *
   * @param rows how many lines the terminal has; asked for each frame, since people resize it
   */
  Screen(PrintWriter out, boolean terminal, IntSupplier rows) {
    this.out = out;
    this.terminal = terminal;
    this.rows = rows;
  }

  /** Shows a frame, in one piece. */
  void show(List<String> frame) {
    var text = new StringBuilder();
    if (terminal) {
      text.append(HOME);
      fitting(frame).forEach(line -> text.append(line).append(CLEAR_LINE).append('\n'));
      text.append(CLEAR_BELOW);
    } else {
      text.append(used ? "\n" : "");
      frame.forEach(line -> text.append(line).append('\n'));
    }
    used = true;
    out.print(text);
    out.flush();
  }

  /** The last row stays free for the cursor: a terminal that scrolls has its first line gone. */
  private List<String> fitting(List<String> frame) {
    int most = Math.max(2, rows.getAsInt() - 1);
    if (frame.size() <= most) {
      return frame;
    }
    var fitting = new ArrayList<>(frame.subList(0, most - 1));
    fitting.add("... %d lines more: make the terminal higher".formatted(frame.size() - most + 1));
    return fitting;
  }

  /** Whether a person looks at what is printed. */
  static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  /** How many lines the terminal of this process has. */
  static int rows() {
    try {
      var size =
          Shell.run(Duration.ofSeconds(1), List.of("sh", "-c", "stty size < /dev/tty")).output();
      return size.matches("[1-9]\\d{0,4} \\d+\\s*") ? Integer.parseInt(size.split(" ")[0]) : ROWS;
    } catch (ComponentFailed noStty) {
      return ROWS;
    }
  }
}
