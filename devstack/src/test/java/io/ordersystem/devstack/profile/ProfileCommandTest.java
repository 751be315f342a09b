package io.ordersystem.devstack.profile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.cli.Main;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.ProcessIdentity;
import io.ordersystem.devstack.process.Shell;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on a JVM that takes the place of order-service. */
class ProfileCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:15:30.5Z"), ZoneOffset.UTC);

  @TempDir private Path directory;
  private StateDirectory state;
  private final List<Process> started = new ArrayList<>();

  private record Printed(int status, String text) {}

  @BeforeEach
  void open() {
    state = new StateDirectory(directory.resolve("state of 100%tests"));
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void drawsWhatTheServiceComputesAndSaysWhere() throws IOException {
    long pid = runService();

    var printed = run("order", "--seconds", "2");
    assertThat(printed.status()).as(printed.text()).isZero();
    var file = state.root() + "/profiles/order-service-cpu-20261122T101530Z";
    assertThat(printed.text())
        .contains("recording order-service (pid " + pid + ") for 2 s: CPU time")
        .containsPattern("\\d+ samples, [0-2]\\.\\d\\d s in all")
        .containsPattern(
            "\n +[0-2]\\.\\d\\d s +\\d+\\.\\d % +" + BusyJvm.class.getName() + "\\.compute\n")
        .contains("flame graph  " + file + ".html\n")
        .contains("recording    " + file + ".jfr\n");
    assertThat(Path.of(file + ".html"))
        .content()
        .contains("BusyJvm.compute")
        .contains("order-service: CPU time in 2 s from 2026-11-22T10:15:30Z; a sample is 10 ms");
    assertThat(Path.of(file + ".jfr")).isNotEmptyFile();
    assertThat(recordings(pid)).contains("No available recordings");
  }

  @Test
  void writesWhereItIsTold() throws IOException {
    var _ = runService();
    var file = directory.resolve("its page.htm");

    var printed =
        run("order-service", "--seconds", "1", "--event", "lock", "--output", file.toString());
    assertThat(printed.status()).as(printed.text()).isZero();
    assertThat(printed.text()).contains("0 samples, 0.00 s in all", "flame graph  none");
    assertThat(directory.resolve("its page.htm.jfr")).isNotEmptyFile();
  }

  @Test
  void refusesAWrongCall() throws IOException {
    assertThat(run("order", "--seconds", "0"))
        .matches(said(2, "--seconds must be 1 to 600, was 0"));
    assertThat(run("order", "--seconds", "601")).matches(said(2, "must be 1 to 600, was 601"));
    assertThat(run("order", "--event", "gpu"))
        .matches(said(2, "gpu is none of [cpu, alloc, lock]"));
    assertThat(run("ordre"))
        .matches(said(2, "no service is called ordre; there are postgres, ", "order-service"));
    var _ = runService();
    assertThat(run("order", "--output", directory.toString()))
        .matches(said(2, directory + " cannot be written"));
    assertThat(run("order", "--output", directory.resolve("no/page.html").toString()))
        .matches(said(2, "page.html cannot be written"));
  }

  @Test
  void saysWhyAServiceCannotBeRecorded() throws IOException {
    assertThat(run("order"))
        .matches(
            said(
                1, "order-service does not run; start it with ./order-system start order-service"));
    runAs("postgres", "sleep", "60");
    assertThat(run("postgres")).matches(said(1, "postgres is not a JVM but ", "sleep"));
    long pid = runService("-XX:+DisableAttachMechanism");
    var refused = run("order");
    assertThat(refused)
        .matches(
            said(
                1,
                "order-service (pid %d) does not let itself be recorded: ".formatted(pid),
                "does not support the attach mechanism"));
    assertThat(refused.text()).as("jcmd's stack").doesNotContain("jdk.attach/");
  }

  @Test
  @Timeout(60)
  void doesNotWaitForAServiceThatHasEnded() throws IOException {
    long pid = runService();
    var recording =
        Thread.ofVirtual()
            .unstarted(() -> {
              await()
                  .atMost(PATIENCE)
                  .until(() -> recordings(pid).contains("order-system-profile"));
              started.getFirst().destroyForcibly();
            });
    recording.start();

    assertThat(run("order", "--seconds", "600"))
        .matches(
            said(1, "order-service ended while it was recorded; its log: ./order-system logs"));
  }

  @Test
  void recordsNoLongerThanItself() throws IOException, InterruptedException {
    long pid = runService();
    var command =
        new ProcessBuilder(
                Jvm.java(), "-cp", Jvm.helperClassPath(), Main.class.getName(), "profile", "order")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile());
    command.environment().put("ORDER_SYSTEM_STATE", state.root().toString());
    var profile = command.start();
    started.add(profile);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(recordings(pid)).contains("order-system-profile-" + profile.pid()));

    // Like Ctrl-C, which a shell lets what it runs in the background ignore.
    assertThat(shell("kill", "-TERM", Long.toString(profile.pid()))).isEmpty();
    assertThat(profile.waitFor(PATIENCE.toSeconds(), SECONDS)).isTrue();
    assertThat(recordings(pid)).contains("No available recordings");
    assertThat(Files.exists(state.root().resolve("profiles")) ? files() : List.of()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(state.root().resolve("profiles"))) {
      return files.toList();
    }
  }

  private static Predicate<Printed> said(int status, String... parts) {
    return printed ->
        printed.status() == status && Stream.of(parts).allMatch(printed.text()::contains);
  }

  /** Answers its pid. */
  private long runService(String... options) throws IOException {
    var command = new ArrayList<>(List.of(Jvm.java(), "-Xmx64m", "-XX:+UseSerialGC"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", Jvm.helperClassPath(), BusyJvm.class.getName()));
    return runAs("order-service", command.toArray(String[]::new));
  }

  private long runAs(String component, String... command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(component + ".log").toFile())
            .start();
    started.add(process);
    state.pidFile(component).write(ProcessIdentity.of(process.pid()).orElseThrow());
    return process.pid();
  }

  private static String recordings(long pid) {
    return shell(
        Path.of(Jvm.java()).resolveSibling("jcmd").toString(), Long.toString(pid), "JFR.check");
  }

  private static String shell(String... command) {
    return Shell.run(PATIENCE, List.of(command)).output();
  }

  private Printed run(String... arguments) {
    var text = new StringWriter();
    var writer = new PrintWriter(text, true);
    int status =
        new CommandLine(new ProfileCommand(new LocalSystem(directory, state), CLOCK))
            .setOut(writer)
            .setErr(writer)
            .execute(arguments);
    return new Printed(status, text.toString());
  }
}
