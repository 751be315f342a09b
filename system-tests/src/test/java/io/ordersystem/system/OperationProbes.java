package io.ordersystem.system;

import io.ordersystem.system.CardProbe.Answered;
import io.ordersystem.system.CardProbe.Target;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every text that an operator can send to the management ports. No contract lists these routes, so
 * they are read off their sources: {@code router.post("/ops/...")} and {@code
 * OpsHttp.required(http, "...")}. Each route gets every parameter of its class.
 */
final class OperationProbes {
  private static final Pattern ROUTE = Pattern.compile("\\.(get|post)\\(\"(/ops/[^\"]+)\"\\)");
  private static final Pattern ANY_ROUTE = Pattern.compile("\"/ops/");
  private static final Pattern PARAMETER =
      Pattern.compile("OpsHttp\\s*\\.\\w+\\(\\s*http,\\s*\"(\\w+)\"");
  private static final List<Target> SERVICES =
      Stream.of(Target.values()).filter(target -> target != Target.GATEWAY).toList();

  /** Reads nothing that a caller sends. */
  private static final Set<String> WITHOUT_PARAMETERS = Set.of("GET /ops/faults");

  private final TestCards cards;
  private final List<CardProbe> probes = new ArrayList<>();
  private final Set<String> routes = new TreeSet<>();

  private OperationProbes(TestCards cards) {
    this.cards = cards;
  }

  /** Of the platform and the services. */
  static OperationProbes of(Path root, TestCards cards) throws IOException {
    var made = new OperationProbes(cards);
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module :
          modules
              .filter(path -> path.toString().matches(".*(platform|-service)"))
              .sorted()
              .toList()) {
        made.addSources(module.resolve("src/main/java"));
      }
    }
    return made;
  }

  private void addSources(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
        add(file, Files.readString(file));
      }
    }
  }

  List<CardProbe> probes() {
    return probes;
  }

  Set<String> routes() {
    return routes;
  }

  private void add(Path file, String source) {
    if (ANY_ROUTE.matcher(source).results().count() != ROUTE.matcher(source).results().count()) {
      throw new AssertionError("a route of " + file + " is written in a way that is not read here");
    }
    var parameters = new TreeSet<>(Set.of("nobodyReadsThis"));
    PARAMETER.matcher(source).results().forEach(found -> parameters.add(found.group(1)));
    ROUTE
        .matcher(source)
        .results()
        .forEach(
            found -> route(found.group(1).toUpperCase(Locale.ROOT), found.group(2), parameters));
  }

  private void route(String method, String template, Set<String> parameters) {
    String route = method + " " + template;
    routes.add(route);
    for (Target service : SERVICES) {
      for (String parameter : parameters) {
        boolean id = ContractProbes.isId(parameter);
        String number = id ? cards.id() : cards.freeText();
        String text = TestCards.spellings(number).get(id ? 0 : 1);
        add(
            route + ": query " + parameter,
            service,
            method,
            template.replaceAll(":\\w+", "nothing")
                + "?"
                + parameter
                + "="
                + URLEncoder.encode(text, StandardCharsets.UTF_8),
            number,
            answered(route, parameter, id));
      }
      if (template.contains("/:")) {
        String number = cards.id();
        add(
            route + ": path",
            service,
            method,
            template.replaceAll(":\\w+", number),
            number,
            new Answered.TakenForAnId());
      }
    }
  }

  private static Answered answered(String route, String parameter, boolean id) {
    if (id) {
      return new Answered.TakenForAnId();
    }
    return WITHOUT_PARAMETERS.contains(route)
        ? new Answered.NotRepeated()
        : new Answered.Refused("/" + parameter);
  }

  private void add(
      String place, Target service, String method, String path, String number, Answered answered) {
    probes.add(
        new CardProbe(
            service + " " + place, service, method, path, "", Map.of(), "", number, answered));
  }
}
