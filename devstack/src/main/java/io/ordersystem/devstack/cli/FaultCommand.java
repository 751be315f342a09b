package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.stack.Management;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fault}: arms one fault point of a running service, or lists what they have seen. */
@Command(
    name = "fault",
    description = {
      "Make a service die, wait or fail where it next passes a fault point.",
      "Without POINT: list the points and how often the service has passed them.",
      "All points: docs/fault-points.md."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class FaultCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SERVICE",
      description = "order, inventory, payment or notification.")
  private String service;

  @Parameters(index = "1", arity = "0..1", paramLabel = "POINT", defaultValue = "")
  private String point;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "kill",
      description = "kill (default), delay or fail.")
  private String action;

  @Option(names = "--after", defaultValue = "0", description = "Passes to let go by first (0).")
  private int after;

  @Option(
      names = "--millis",
      defaultValue = "1000",
      description = "How long a delay lasts, at most 120000 (1000).")
  private long millis;

  @Override
  public Integer call() {
    var management =
        Management.ofService(service)
            .orElseThrow(() ->
                new ParameterException(spec.commandLine(), "no service is called " + service));
    if (point.isEmpty()) {
      var out = spec.commandLine().getOut();
      for (Map.Entry<String, Long> passed : management.faultPoints().entrySet()) {
        out.printf("%-28s %8d%n", passed.getKey(), passed.getValue());
      }
      out.flush();
    } else {
      management.arm(point, action, after, millis);
    }
    return 0;
  }
}
