package io.ordersystem.devstack.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      description =
          "Another database than the local primary, with the password in the environment variable PGPASSWORD. What asks the provider is left out: there, a reconciliation does.")
  private @Nullable String jdbcUrl;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      description = "A role that may read the tables of all services (auditor).")
  private @Nullable String user;

  @Option(
      names = "--push",
      paramLabel = "URL",
      description =
          "Export the findings: a group of a Pushgateway, http://HOST:9091/metrics/job/JOB/namespace/NAMESPACE.")
  private @Nullable URI group;

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
      var findings = new Check(asked()).run(grace);
      if (json) {
        FindingsTable.printJson(findings, spec.commandLine().getOut());
      } else {
        FindingsTable.print(findings, spec.commandLine().getOut());
      }
      if (group != null) {
        PushedFindings.push(group, findings, Instant.now());
      }
      return findings.stream().allMatch(Finding::holds) ? ExitCode.OK : VIOLATED;
    } catch (CannotCheck reason) {
      spec.commandLine().getErr().println("check: " + reason.getMessage());
      return CANNOT;
    }
  }

  private CheckTarget asked() {
    CheckTarget local = target.get();
    if (jdbcUrl == null) {
      return local;
    }
    String password = System.getenv("PGPASSWORD");
    return new CheckTarget(
        new ReadOnlyLogin(
            jdbcUrl,
            user == null ? local.database().user() : user,
            password == null ? local.database().password() : password),
        null);
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
