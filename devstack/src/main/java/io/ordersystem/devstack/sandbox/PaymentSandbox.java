package io.ordersystem.devstack.sandbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The payment sandbox as a process of its own: prints one line when it is ready and runs until
 * SIGTERM. It listens on the loopback address only.
 */
@CommandLine.Command(
    name = "payment-sandbox",
    description = "Speaks the part of the Stripe API that the order system uses.",
    mixinStandardHelpOptions = true)
public final class PaymentSandbox implements Callable<Integer> {
  /** The exit status after the disk refused: memory is ahead of it and must not answer. */
  private static final int DISK_REFUSED = 74;

  /** Long enough to be seen on its way, short enough for a test to wait for the end. */
  private static final Duration REFUNDS_END_AFTER = Duration.ofSeconds(3);

  @Option(names = "--port", required = true, description = "0 takes a free one.")
  private int port;

  @Option(names = "--data", required = true, description = "Directory of the journal.")
  private Path data = Path.of("");

  @Option(names = "--webhook-url", description = "Who is told about events.")
  private @Nullable URI webhookUrl;

  @Option(names = "--webhook-secret", description = "Signs webhooks; needed with --webhook-url.")
  private String webhookSecret = "";

  private PaymentSandbox() {}

  /**
   * Starts a sandbox. Exit status: 1 when it cannot start, 2 for wrong arguments, 74 when the disk
   * refuses a write later.
   */
  public static void main(String... args) {
    var status = new CommandLine(new PaymentSandbox()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() {
    try {
      var target = webhookUrl == null ? null : new WebhookTarget(webhookUrl, webhookSecret);
      var server =
          SandboxServer.start(
              new SandboxServer.Settings(
                  port,
                  data,
                  target,
                  WebhookPolicy.DEFAULT,
                  Limits.forHeap(Runtime.getRuntime().maxMemory()),
                  REFUNDS_END_AFTER,
                  Clock.systemUTC(),
                  PaymentSandbox::halt));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "sandbox-stop"));
      System.out.printf(
          "payment sandbox ready on http://%s:%d%n", SandboxServer.HOST, server.port());
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("payment sandbox: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.printf("payment sandbox cannot start on port %d: %s%n", port, e.getMessage());
      return 1;
    }
  }

  private static void halt(Throwable cause) {
    System.err.println("payment sandbox stops, its journal cannot be written: " + cause);
    Runtime.getRuntime().halt(DISK_REFUSED);
  }

  private static void close(SandboxServer server) {
    try {
      server.close();
    } catch (IOException e) {
      System.err.println("payment sandbox did not stop cleanly: " + e.getMessage());
    }
  }
}
