package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.capture;
import static io.ordersystem.devstack.sandbox.RunningSandbox.key;
import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as a process of its own, killed and started again. */
class PaymentSandboxTest {
  private static final Pattern READY = Pattern.compile("ready on http://127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  @TempDir Path directory;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  private Process run(String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                PaymentSandbox.class.getName()));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
    started.add(process);
    return process;
  }

  private Path output() {
    return directory.resolve("output");
  }

  private Process start() throws IOException {
    return run("--port", "0", "--data", directory.resolve("data").toString());
  }

  private RunningSandbox whenReady(Process process) throws IOException {
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || READY.matcher(Files.readString(output())).find());
    var ready = READY.matcher(Files.readString(output()));
    assertThat(ready.find()).as(Files.readString(output())).isTrue();
    return new RunningSandbox(Integer.parseInt(ready.group(1)));
  }

  @Test
  void losesNothingAcknowledgedWhenItIsKilledUnderLoad() throws Exception {
    var process = start();
    var acknowledged = new ConcurrentHashMap<String, PaymentIntent>();
    PaymentIntent kept;
    try (var sandbox = whenReady(process);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      kept = sandbox.intents().create(order("pm_card_visa").build(), key("kept"));
      assertThat(sandbox.intents().capture(kept.getId(), capture(300, false)).getStatus())
          .isEqualTo("requires_capture");
      for (int worker = 0; worker < 4; worker++) {
        var name = "worker-" + worker;
        var _ = threads.submit(() -> placeUntilItDies(sandbox, name, acknowledged));
      }
      await().atMost(PATIENCE).until(() -> acknowledged.size() > 40);
      assertThat(process.destroyForcibly().waitFor(5, TimeUnit.SECONDS)).isTrue();
    }

    try (var sandbox = whenReady(start())) {
      for (var intent : acknowledged.values()) {
        assertThat(sandbox.intents().retrieve(intent.getId())).isEqualTo(intent);
      }
      assertThat(sandbox.intents().retrieve(kept.getId()).getAmountReceived()).isEqualTo(300);
      assertThat(sandbox.intents().create(order("pm_card_visa").build(), key("kept")))
          .isEqualTo(kept);
      // At most one call of each worker took effect without its answer being heard.
      assertThat(sandbox.ledger().getInteger("count"))
          .isBetween(acknowledged.size() + 1, acknowledged.size() + 5);
    }
  }

  private static void placeUntilItDies(
      RunningSandbox sandbox, String worker, ConcurrentHashMap<String, PaymentIntent> into) {
    for (int i = 0; i < 100_000; i++) {
      var key = worker + "-" + i;
      try {
        into.put(key, sandbox.intents().create(order("pm_card_visa").build(), key(key)));
      } catch (StripeException e) {
        return;
      }
    }
  }

  @Test
  void stopsCleanlyWhenAskedTo() throws Exception {
    var process = start();
    try (var sandbox = whenReady(process)) {
      assertThat(sandbox.held().getStatus()).isEqualTo("requires_capture");
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Files.readString(output())).doesNotContain("Exception", "cleanly");
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      var process = run("--port", port, "--data", directory.resolve("data").toString());

      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(Files.readString(output())).contains("port " + port, "in use");
    }
  }

  @Test
  void refusesWebhooksWithoutASecret() throws Exception {
    var process =
        run(
            "--port",
            "0",
            "--data",
            directory.resolve("data").toString(),
            "--webhook-url",
            "http://127.0.0.1:9/hooks");

    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(output())).contains("secret");
  }
}
