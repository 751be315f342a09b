package io.ordersystem.devstack.load;

import io.ordersystem.devstack.client.Tokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code load}: runs a scenario of the seed by k6, against the local system or another one. The
 * exit status is that of k6 (99 when a target is missed), 2 when there is no k6 or the call is
 * wrong, 1 when k6 took too long.
 */
@Command(
    name = "load",
    description = {
      "Run a load scenario of the seed by k6, and hand back its exit status (99: a target was missed).",
      "Without SCENARIO: list them. k6 is the one that K6 names, or the first on the PATH.",
      "Variables for other systems and callers: load-tests/k6/README.md."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class LoadCommand implements Callable<Integer> {
  private static final int CANNOT = 2;
  private static final double LARGEST_SCALE = 10;
  private static final double MOST_MINUTES = 1_440;
  private static final String URL = "ORDER_SYSTEM_URL";
  private static final String TOKEN = "ORDER_SYSTEM_TOKEN";
  private static final String SELLER_TOKEN = "ORDER_SYSTEM_SELLER_TOKEN";
  private static final String SELLER = "ORDER_SYSTEM_SELLER";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SCENARIO",
      description = "order_creation or inventory_contention.")
  private @Nullable String name;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description = "Of the users and of the time, at most 10 (1).")
  private double scale = 1;

  @Option(names = "--minutes", paramLabel = "N", description = "How long, whatever the scale says.")
  private @Nullable Double minutes;

  @Option(names = "--url", paramLabel = "URL", description = "The gateway, if not the local one.")
  private @Nullable URI url;

  @Option(
      names = "--token",
      description = "Who orders. Others on this machine see it here: " + TOKEN + " is as good.")
  private @Nullable String token;

  private final Path scripts;
  private final URI gateway;
  private final Tokens tokens;
  private final Host host;

  /**
   * @param scripts the directory of the scenarios' scripts
   * @param gateway where the local gateway listens
   * @param tokens of the local system; asked only for a run against it
   */
  public LoadCommand(Path scripts, URI gateway, Tokens tokens) {
    this(scripts, gateway, tokens, Host.own());
  }

  LoadCommand(Path scripts, URI gateway, Tokens tokens, Host host) {
    this.scripts = scripts;
    this.gateway = gateway;
    this.tokens = tokens;
    this.host = host;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (name == null) {
      list();
      return 0;
    }
    Scenario scenario =
        Scenario.named(name)
            .orElseThrow(() -> wrong("no scenario is called %s, but %s", name, names()));
    double planned = minutes(scenario);
    var variables = variables(planned);
    var k6 = K6.find(host);
    if (k6.isEmpty()) {
      sayHowToGetK6();
      return CANNOT;
    }
    var err = spec.commandLine().getErr();
    err.printf("load: %s for %.1f min on %s%n", name, planned, variables.get(URL));
    err.flush();
    return k6.get()
        .run(scenario.script(scripts), variables, Duration.ofMillis((long) (planned * 60_000)));
  }

  private void list() {
    var out = spec.commandLine().getOut();
    for (Scenario scenario : Scenario.values()) {
      out.printf(
          "%-20s  %2d min  %s%n", scenario.scenarioName(), scenario.minutes(), scenario.about());
    }
    out.flush();
  }

  private static String names() {
    return Arrays.stream(Scenario.values())
        .map(Scenario::scenarioName)
        .collect(Collectors.joining(" or "));
  }

  private void sayHowToGetK6() {
    var named = host.variable("K6", "");
    spec.commandLine()
        .getErr()
        .println(
            """
            load: %s. k6 is no part of this project; get it by
              go install go.k6.io/k6@v1.8.1
            or as a package of your distribution, and have it on the PATH or in K6=/where/it/is/k6\
            """
                .formatted(
                    named.isEmpty()
                        ? "there is no k6 on the PATH"
                        : "K6 is " + named + ", which cannot be run"));
  }

  private double minutes(Scenario scenario) {
    // Written so that what is no number is refused, too.
    if (!(scale > 0 && scale <= LARGEST_SCALE)) {
      throw wrong("--scale must be above 0 and at most %.0f", LARGEST_SCALE);
    }
    double planned = minutes == null ? scenario.minutes() * scale : minutes;
    if (!(planned > 0 && planned <= MOST_MINUTES)) {
      throw wrong("--minutes must be above 0 and at most %.0f", MOST_MINUTES);
    }
    return planned;
  }

  /** What the script is told. What is in the environment already need not be said again. */
  private Map<String, String> variables(double planned) {
    URI target = url == null ? URI.create(host.variable(URL, gateway.toString())) : url;
    var variables = new LinkedHashMap<String, String>();
    variables.put(URL, target.toString());
    variables.put("ORDER_SYSTEM_LOAD_SCALE", Double.toString(scale));
    variables.put("ORDER_SYSTEM_LOAD_MINUTES", Double.toString(planned));
    if (token != null) {
      variables.put(TOKEN, token);
    } else if (host.variable(TOKEN, "").isEmpty()) {
      if (!gateway.equals(target)) {
        throw wrong("%s needs a token: --token or %s", target, TOKEN);
      }
      variables.put(TOKEN, tokens.token("service", "load", null));
      if (host.variable(SELLER_TOKEN, "").isEmpty()) {
        // The name that the scripts take, too.
        var seller = host.variable(SELLER, "load-seller");
        variables.put(SELLER_TOKEN, tokens.token("seller", "load", seller));
      }
    }
    return variables;
  }

  private ParameterException wrong(String message, @Nullable Object... values) {
    return new ParameterException(spec.commandLine(), message.formatted(values));
  }
}
