package io.ordersystem.devstack.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code check}: exit status 0 when every invariant holds, 1 when one is violated, 2 when that
 * could not be found out.
 */
@Command(
    name = "check",
    description = "Check that stock, money and versions of the running system add up.",
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class CheckCommand implements Callable<Integer> {
  private static final int VIOLATED = 1;
  private static final int CANNOT = 2;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      converter = ShortDuration.class,
      description = "How long messages may be on their way, such as 30s (default) or 5m.")
  private Duration grace = Check.STANDARD_GRACE;

  @Spec private CommandSpec spec;

  private final Supplier<CheckTarget> target;

  /**
   * @param target asked only when the command runs
   */
  public CheckCommand(Supplier<CheckTarget> target) {
    this.target = target;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    try {
      var findings = new Check(target.get()).run(grace);
      if (json) {
        FindingsTable.printJson(findings, spec.commandLine().getOut());
      } else {
        FindingsTable.print(findings, spec.commandLine().getOut());
      }
      return findings.stream().allMatch(Finding::holds) ? ExitCode.OK : VIOLATED;
    } catch (CannotCheck reason) {
      spec.commandLine().getErr().println("check: " + reason.getMessage());
      return CANNOT;
    }
  }

  /** Durations as people write them: {@code 30s}, {@code 5m}, {@code 1h}; a day at most. */
  static final class ShortDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      if (!value.matches("\\d{1,6}[smh]")) {
        throw new TypeConversionException("'%s' is no duration like 30s or 5m".formatted(value));
      }
      var duration = Duration.parse("PT" + value);
      if (duration.compareTo(Duration.ofDays(1)) > 0) {
        throw new TypeConversionException("'%s' is more than a day".formatted(value));
      }
      return duration;
    }
  }
}
