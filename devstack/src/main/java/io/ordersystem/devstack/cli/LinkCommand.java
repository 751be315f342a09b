package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.link.LinkControl;
import io.ordersystem.devstack.link.LinkMode;
import io.ordersystem.devstack.stack.LocalPort;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code link}: breaks or heals what lies between the services and what they stand on. */
@Command(
    name = "link",
    description = {
      "Break or heal a link of a system that was started with up --links.",
      "Links: postgres, replica, kafka, redis, provider.",
      "Modes: heal, cut, pause, redirect, delay, drop-after, lose-commit, lose-commit-answer."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class LinkCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "LINK")
  private String link;

  @Parameters(index = "1", paramLabel = "MODE")
  private String mode;

  @Option(
      names = "--value",
      description = "Milliseconds for delay, bytes for drop-after, the port for redirect.",
      defaultValue = "0")
  private long value;

  @Override
  public Integer call() {
    new LinkControl(LocalPort.LINKS.number()).set(link, LinkMode.of(mode), value);
    return 0;
  }
}
