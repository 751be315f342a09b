package io.ordersystem.devstack.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of Stripe's search language that finds our own references: {@code metadata['k']:'v'} and
 * {@code status:'s'}, joined by {@code AND}. Unlike Stripe's, the answer is never late.
 */
final class SearchQuery {
  private static final int MAX_LENGTH = 1_000;
  private static final Pattern CLAUSE =
      Pattern.compile(
          "\\s*(?:metadata\\[(?<q>['\"])(?<key>[^'\"\\[\\]]{1,40})\\k<q>]|(?<status>status))"
              + "\\s*:\\s*(?<p>['\"])(?<value>(?:[^'\"\\\\]|\\\\['\"\\\\]){1,500})\\k<p>\\s*");
  private static final Pattern AND = Pattern.compile("(?i)AND\\s");

  private SearchQuery() {}

  static Predicate<Intent> parse(String query) {
    if (query.length() > MAX_LENGTH) {
      throw unreadable();
    }
    List<Predicate<Intent>> clauses = new ArrayList<>();
    var clause = CLAUSE.matcher(query);
    var and = AND.matcher(query);
    int at = 0;
    while (clause.region(at, query.length()).lookingAt()) {
      var value = clause.group("value").replaceAll("\\\\(.)", "$1");
      clauses.add(clause(clause.group("key"), value));
      if (clause.end() == query.length()) {
        return intent -> clauses.stream().allMatch(wanted -> wanted.test(intent));
      }
      if (!and.region(clause.end(), query.length()).lookingAt()) {
        throw unreadable();
      }
      at = and.end();
    }
    throw unreadable();
  }

  private static Predicate<Intent> clause(@Nullable String key, String value) {
    return key == null
        ? intent -> intent.status().wire().equals(value)
        : intent -> value.equals(intent.terms().metadata().get(key));
  }

  private static StripeErrors.Refused unreadable() {
    return StripeErrors.invalid(
        null, "query", "The sandbox reads metadata['key']:'value' and status:'value' with AND.");
  }
}
