package io.ordersystem.devstack.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.process.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** With a script for k6 that says what it was given. */
class LoadCommandTest {
  private static final URI GATEWAY = URI.create("http://127.0.0.1:8080");
  private static final Path SCRIPTS =
      Path.of(System.getProperty("order-system.root", ".."), "load-tests", "k6");
  private static final String SAYS_WHAT_IT_IS_GIVEN =
      "echo \"arguments $*\"; env; exit ${STATUS:-0}";

  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> tokensMade = new ArrayList<>();
  private final StringWriter text = new StringWriter();
  private Duration margin = Duration.ofSeconds(60);

  @BeforeEach
  void clearThePath() throws IOException {
    environment.put("PATH", Files.createDirectory(directory.resolve("bin")) + ":/usr/bin:/bin");
  }

  @Test
  void listsTheScenariosWhenNoneIsNamed() {
    assertThat(load()).isZero();
    assertThat(text.toString())
        .containsPattern("order_creation +16 min  \\w")
        .containsPattern("inventory_contention +5 min  \\w");
  }

  @Test
  void refusesAScenarioThatThereIsNot() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);

    assertThat(load("order_cremation")).isEqualTo(2);
    assertThat(text.toString())
        .contains(
            "no scenario is called order_cremation, but order_creation or inventory_contention");
    assertThat(output()).isEmpty();
  }

  @Test
  void saysHowToGetK6WhenItIsNotThere() throws IOException {
    assertThat(load("order_creation")).isEqualTo(2);
    assertThat(text.toString())
        .contains("there is no k6 on the PATH", "go install go.k6.io/k6@v1.8.1");

    Files.createDirectory(directory.resolve("bin/k6"));
    assertThat(load("order_creation")).as("a directory of that name").isEqualTo(2);

    environment.put("K6", directory.resolve("nowhere").toString());
    assertThat(load("order_creation")).isEqualTo(2);
    assertThat(text.toString()).contains("nowhere, which cannot be run");
  }

  @Test
  void runsTheScriptAgainstTheLocalSystemWithTokensOfItsOwn() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);

    assertThat(load("order_creation", "--scale", "0.1")).as(text.toString()).isZero();
    assertThat(output())
        .contains(
            "arguments run --no-usage-report " + SCRIPTS.resolve("order_creation.js"),
            "ORDER_SYSTEM_URL=http://127.0.0.1:8080",
            "ORDER_SYSTEM_TOKEN=token of service load null",
            "ORDER_SYSTEM_SELLER_TOKEN=token of seller load load-seller",
            "ORDER_SYSTEM_LOAD_SCALE=0.1",
            "ORDER_SYSTEM_LOAD_MINUTES=1.6");
    assertThat(text.toString()).contains("order_creation for 1.6 min on http://127.0.0.1:8080");
  }

  @Test
  void handsTheMinutesOverWhateverTheScale() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);

    assertThat(load("inventory_contention", "--scale", "0.5", "--minutes", "0.25")).isZero();
    assertThat(output())
        .contains("ORDER_SYSTEM_LOAD_SCALE=0.5", "ORDER_SYSTEM_LOAD_MINUTES=0.25")
        .anyMatch(line -> line.endsWith("/inventory_contention.js"));
  }

  @Test
  void asksAnotherSystemWithTheTokensGivenForItAndMakesNone() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);
    String there = "https://orders.example.org";

    assertThat(load("order_creation", "--url", there)).isEqualTo(2);
    assertThat(text.toString()).contains("https://orders.example.org needs a token");
    assertThat(output()).isEmpty();

    assertThat(load("order_creation", "--url", there, "--token", "mine")).isZero();
    assertThat(output())
        .contains("ORDER_SYSTEM_URL=" + there, "ORDER_SYSTEM_TOKEN=mine")
        .noneMatch(line -> line.startsWith("ORDER_SYSTEM_SELLER_TOKEN"))
        .noneMatch(line -> line.startsWith("arguments") && line.contains("mine"));
    assertThat(tokensMade).isEmpty();
  }

  @Test
  void takesFromItsEnvironmentWhatIsNotSaid() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);
    environment.put("ORDER_SYSTEM_URL", "https://orders.example.org");
    environment.put("ORDER_SYSTEM_TOKEN", "theirs");
    environment.put("ORDER_SYSTEM_SELLER_TOKEN", "sellers");

    assertThat(load("order_creation")).isZero();
    assertThat(output())
        .contains(
            "ORDER_SYSTEM_URL=https://orders.example.org",
            "ORDER_SYSTEM_TOKEN=theirs",
            "ORDER_SYSTEM_SELLER_TOKEN=sellers");
    assertThat(tokensMade).isEmpty();
  }

  @Test
  void handsBackTheExitStatusOfK6() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);
    environment.put("STATUS", "99");

    assertThat(load("order_creation")).isEqualTo(99);
  }

  @Test
  void prefersTheK6ThatIsNamedToTheOneOnThePath() throws IOException {
    k6In("bin/k6", "exit 1");
    environment.put("K6", k6In("mine", SAYS_WHAT_IT_IS_GIVEN).toString());

    assertThat(load("order_creation")).isZero();
    assertThat(output()).anyMatch(line -> line.startsWith("arguments run"));
  }

  @Test
  void endsAK6ThatTakesTooLong() throws IOException {
    k6In("bin/k6", "echo $$; exec sleep 300");
    margin = Duration.ofSeconds(1);

    assertThat(load("order_creation", "--minutes", "0.001")).isEqualTo(1);
    assertThat(text.toString()).contains("took longer than 1 s and was ended");
    long pid = Long.parseLong(output().getFirst());
    assertThat(
            Await.within(
                Duration.ofSeconds(10),
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()))
        .isTrue();
  }

  @Test
  void refusesOptionsThatMakeNoSense() throws IOException {
    k6In("bin/k6", SAYS_WHAT_IT_IS_GIVEN);

    for (String scale : List.of("0", "-1", "11", "NaN")) {
      assertThat(load("order_creation", "--minutes", "1", "--scale", scale)).as(scale).isEqualTo(2);
    }
    for (String minutes : List.of("0", "-1", "1441", "NaN")) {
      assertThat(load("order_creation", "--minutes", minutes)).as(minutes).isEqualTo(2);
    }
    assertThat(output()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void namesAScriptThatTakesAsLongAsItSays(Scenario scenario) throws IOException {
    assertThat(Files.readString(scenario.script(SCRIPTS)))
        .contains("const MINUTES = " + scenario.minutes() + ";\n")
        .contains("    " + scenario.scenarioName() + ": {\n");
  }

  private Path k6In(String place, String does) throws IOException {
    Path file = Files.writeString(directory.resolve(place), "#!/bin/sh\n" + does + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private int load(String... arguments) {
    var writer = new PrintWriter(text, true);
    var host = new Host(environment, Redirect.appendTo(written().toFile()), margin);
    return new CommandLine(new LoadCommand(SCRIPTS, GATEWAY, this::token, host))
        .setOut(writer)
        .setErr(writer)
        .execute(arguments);
  }

  private String token(String role, String subject, @Nullable String seller) {
    var token = "token of %s %s %s".formatted(role, subject, seller);
    tokensMade.add(token);
    return token;
  }

  private List<String> output() throws IOException {
    return Files.exists(written()) ? Files.readAllLines(written()) : List.of();
  }

  private Path written() {
    return directory.resolve("written");
  }
}
