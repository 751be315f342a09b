package io.ordersystem.devstack.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that must always hold, as a query for what violates it: columns {@code id} and {@code
 * detail}, no row when all is well.
 *
 * @param id as in the architecture, such as {@code I3}
 * @param sql with {@code ?} for each of {@code parameters}, in their order
 */
record Invariant(String id, String title, String sql, List<Parameter> parameters) {

  /** What a query may ask for by {@code :name}. */
  enum Parameter {
    /** How long what is on its way may take to arrive, an interval. */
    GRACE("?::interval"),
    /** The provider's list of payment intents, a JSON array. */
    LEDGER("?::jsonb");

    private final String placeholder;

    Parameter(String placeholder) {
      this.placeholder = placeholder;
    }
  }

  private static final Pattern FILE_NAME = Pattern.compile("I(\\d\\d)-[a-z0-9-]+\\.sql");
  private static final Pattern HEADER = Pattern.compile("-- ([a-z]+): (\\S.*)");
  private static final Pattern NAMED = Pattern.compile("(?<![:\\w]):([a-z]+)");
  private static final Set<String> HEADERS = Set.of("title", "grace", "ledger");

  /** Whether it compares with what the provider says. */
  boolean asksTheProvider() {
    return parameters.contains(Parameter.LEDGER);
  }

  /**
   * Reads a file: header lines {@code -- title: ...} and, saying why, {@code -- grace: ...} and
   * {@code -- ledger: ...} for each parameter; then the query.
   */
  static Invariant parse(String fileName, String text) {
    var name = FILE_NAME.matcher(fileName);
    if (!name.matches()) {
      throw new IllegalArgumentException(fileName + ": is not named like I01-what-it-says.sql");
    }
    var headers = new LinkedHashMap<String, String>();
    var query = new StringBuilder();
    for (var line : text.lines().toList()) {
      var header = HEADER.matcher(line);
      if (query.isEmpty() && header.matches() && HEADERS.contains(header.group(1))) {
        headers.put(header.group(1), header.group(2).strip());
      } else if (!line.stripLeading().startsWith("--") && !line.isBlank()) {
        query.append(line).append('\n');
      }
    }
    return of(fileName, "I" + Integer.parseInt(name.group(1)), headers, query.toString().strip());
  }

  private static Invariant of(
      String fileName, String id, Map<String, String> headers, String query) {
    var title = headers.get("title");
    if (title == null) {
      throw new IllegalArgumentException(fileName + ": has no line '-- title: ...'");
    }
    if (query.isEmpty() || query.contains(";")) {
      throw new IllegalArgumentException(fileName + ": must hold one query without semicolon");
    }
    if (query.contains("?")) {
      throw new IllegalArgumentException(fileName + ": ? is taken for a parameter by JDBC");
    }
    var parameters = new ArrayList<Parameter>();
    var sql = NAMED.matcher(query).replaceAll(named -> placeholder(fileName, named, parameters));
    for (var parameter : Parameter.values()) {
      var key = parameter.name().toLowerCase(Locale.ROOT);
      if (headers.containsKey(key) != parameters.contains(parameter)) {
        throw new IllegalArgumentException(
            "%s: ':%s' and the line '-- %s: why' go together".formatted(fileName, key, key));
      }
    }
    return new Invariant(id, title, sql, List.copyOf(parameters));
  }

  private static String placeholder(
      String fileName, MatchResult named, List<Parameter> parameters) {
    for (var parameter : Parameter.values()) {
      if (parameter.name().equalsIgnoreCase(named.group(1))) {
        parameters.add(parameter);
        return Matcher.quoteReplacement(parameter.placeholder);
      }
    }
    throw new IllegalArgumentException(fileName + ": knows no :" + named.group(1));
  }
}
