package io.ordersystem.devstack.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TopCommandTest {
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_BELOW = "\u001b[J";

  private record Printed(int status, String text) {}

  @Test
  void printsOneFrameAndNoControlCharactersWhenNobodyLooks() {
    var printed = run(false, 0, looks(Looks.before(), Looks.now()), "--once", "--every", "0.5");
    assertThat(printed.text())
        .startsWith("order system  22:15:22 UTC")
        .doesNotContain("\u001b")
        .containsOnlyOnce("ORDERS");
  }

  @Test
  void printsSoManyFramesWithAnEmptyLineBetweenThem() {
    var printed =
        run(
            false,
            0,
            looks(Looks.before(), Looks.now(), Looks.now()),
            "--rounds",
            "2",
            "--every",
            "0.5");
    assertThat(printed.text().split("\n\norder system  22:15:22", -1)).hasSize(2);
  }

  @Test
  void writesEachFrameOverTheOneBeforeOnATerminal() {
    var printed =
        run(
            true,
            100,
            looks(Looks.before(), Looks.now(), Looks.now()),
            "--rounds",
            "2",
            "--every",
            "0.5");
    assertThat(printed.text().split("\u001b\\[H", -1)).hasSize(3);
    assertThat(printed.text())
        .startsWith(HOME + "order system")
        .endsWith("\u001b[K\n" + CLEAR_BELOW)
        .contains("tea ")
        .doesNotContain("lines more");
  }

  @Test
  void leavesOutWhatATerminalHasNoRoomFor() {
    var printed =
        run(true, 10, looks(Looks.before(), Looks.now()), "--rounds", "2", "--every", "0.5");
    var frames = printed.text().split("\u001b\\[H", -1);
    assertThat(frames[1].lines().filter(line -> !line.equals(CLEAR_BELOW)))
        .hasSize(9)
        .last()
        .asString()
        .startsWith("... ")
        .contains("lines more: make the terminal higher");
  }

  @Test
  void failsWhenSomebodyDidNotAnswerForTheLastFrame() {
    assertThat(run(false, 0, looks(Looks.quiet(), Looks.now()), "--once").status()).isEqualTo(1);
    assertThat(run(false, 0, looks(Looks.quiet(), Looks.withoutDatabase()), "--once").status())
        .isEqualTo(1);
    assertThat(run(false, 0, looks(Looks.now(), Looks.quiet()), "--once").status()).isZero();
  }

  @Test
  void refusesWrongCalls() {
    for (String call :
        List.of("--every 0.4", "--every 3601", "--every NaN", "--rounds 0", "--once --rounds 2")) {
      var printed = run(false, 0, looks(), call.split(" "));
      assertThat(printed.status()).as(call).isEqualTo(2);
    }
  }

  @Test
  void endsWhenItIsInterrupted() {
    var frames = new AtomicInteger();
    var status = new AtomicInteger(-1);
    var thread =
        Thread.ofVirtual()
            .start(() ->
                status.set(
                    run(
                            false,
                            0,
                            () -> {
                              frames.incrementAndGet();
                              return Looks.quiet();
                            },
                            "--every",
                            "0.5")
                        .status()));
    await().atMost(Duration.ofSeconds(10)).until(() -> frames.get() > 2);
    thread.interrupt();
    await().atMost(Duration.ofSeconds(10)).until(() -> !thread.isAlive());
    assertThat(status).hasValue(0);
  }

  /** These one after the other, and then the last one for ever. */
  private static Supplier<Observation> looks(Observation... looks) {
    Deque<Observation> left = new ArrayDeque<>(Stream.of(looks).toList());
    return () -> left.size() > 1 ? left.removeFirst() : left.getFirst();
  }

  private static Printed run(
      boolean terminal, int rows, Supplier<Observation> looks, String... arguments) {
    var text = new StringWriter();
    var writer = new PrintWriter(text, true);
    var command =
        new CommandLine(
            new TopCommand(
                looks,
                (spec, replacing) ->
                    new Screen(spec.commandLine().getOut(), terminal && replacing, () -> rows)));
    int status = command.setOut(writer).setErr(writer).execute(arguments);
    return new Printed(status, text.toString());
  }
}
