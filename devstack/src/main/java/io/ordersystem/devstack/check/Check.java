package io.ordersystem.devstack.check;

import io.ordersystem.devstack.check.Finding.Violation;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Asks for the violations of every invariant in one snapshot, so that the answers fit together. It
 * reads only, and gives up on a query after ten minutes: some have to look at every line of every
 * order.
 */
public final class Check {
  /** What is on its way between services has arrived by then, unless something is wrong. */
  public static final Duration STANDARD_GRACE = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int LISTED = 20;

  private final CheckTarget target;
  private final List<Invariant> invariants;

  public Check(CheckTarget target) {
    this(target, Invariants.load());
  }

  Check(CheckTarget target, List<Invariant> invariants) {
    this.target = target;
    this.invariants =
        invariants.stream()
            .filter(invariant -> target.sandbox() != null || !invariant.asksTheProvider())
            .toList();
  }

  /** One finding per invariant, in their order. */
  public List<Finding> run(Duration grace) throws CannotCheck {
    try (var connection = target.database().snapshot("order-system check", PATIENCE)) {
      // After the snapshot is taken: the provider then knows at least what we know.
      var values = values(grace);
      var findings = ask(connection, values);
      connection.rollback();
      return findings;
    } catch (SQLException failure) {
      throw new CannotCheck("the database cannot be asked: " + failure.getMessage(), failure);
    }
  }

  /** The findings in the connection's own transaction, whatever it has changed so far. */
  List<Finding> ask(Connection connection, Map<Invariant.Parameter, String> values)
      throws CannotCheck {
    var findings = new ArrayList<Finding>();
    for (var invariant : invariants) {
      findings.add(ask(connection, invariant, values));
    }
    return findings;
  }

  private Map<Invariant.Parameter, String> values(Duration grace) throws CannotCheck {
    var values = new EnumMap<Invariant.Parameter, String>(Invariant.Parameter.class);
    values.put(Invariant.Parameter.GRACE, grace.toString());
    URI sandbox = target.sandbox();
    if (sandbox != null && invariants.stream().anyMatch(Invariant::asksTheProvider)) {
      values.put(Invariant.Parameter.LEDGER, new ProviderLedger(sandbox).read());
    }
    return values;
  }

  private static Finding ask(
      Connection connection, Invariant invariant, Map<Invariant.Parameter, String> values)
      throws CannotCheck {
    var sql =
        """
        SELECT id::text, detail, count(*) OVER () AS violations
        FROM (
        %s
        ) AS violation ORDER BY id LIMIT %d\
        """
            .formatted(invariant.sql(), LISTED);
    try (var statement = connection.prepareStatement(sql)) {
      int position = 1;
      for (var parameter : invariant.parameters()) {
        statement.setString(position++, values.get(parameter));
      }
      long start = System.nanoTime();
      return read(invariant, statement, start);
    } catch (SQLException failure) {
      throw new CannotCheck(
          "%s cannot be asked: %s".formatted(invariant.id(), failure.getMessage()), failure);
    }
  }

  private static Finding read(Invariant invariant, PreparedStatement statement, long start)
      throws SQLException {
    var listed = new ArrayList<Violation>();
    long violations = 0;
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        violations = rows.getLong("violations");
        listed.add(new Violation(rows.getString("id"), String.valueOf(rows.getString("detail"))));
      }
    }
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    return new Finding(invariant.id(), invariant.title(), violations, listed, millis);
  }
}
