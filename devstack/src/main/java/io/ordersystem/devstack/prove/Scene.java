package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.link.LinkControl;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.stack.Management;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** What a proof works with: the local system, its command line, its books, and where to write. */
public final class Scene {
  /** Rides out several restarts in a row: about two minutes. */
  private static final CallLimits PATIENT =
      new CallLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          60,
          Duration.ofMillis(100),
          Duration.ofSeconds(2));

  /** Orders that go on without their customer. */
  private static final String UNDECIDED =
      "SELECT count(*) FROM orders.orders WHERE status = 'PENDING' AND payment_status <> 'REQUIRES_ACTION'";

  private static final Duration DIES_WITHIN = Duration.ofSeconds(2);
  private static final Duration BOOKS_SETTLE_WITHIN = Duration.ofSeconds(150);

  private final LocalSystem system;
  private final Tokens tokens;
  private final ToIntFunction<String[]> command;
  private final PrintWriter out;

  public Scene(
      LocalSystem system, Tokens tokens, ToIntFunction<String[]> command, PrintWriter out) {
    this.system = system;
    this.tokens = tokens;
    this.command = command;
    this.out = out;
  }

  public LocalSystem system() {
    return system;
  }

  public Component component(String name) {
    return system.find(name).orElseThrow(() -> new ComponentFailed("no component " + name));
  }

  /** Prints a line at once. */
  public synchronized void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  /** Runs a command of {@code ./order-system}, shown as it would be typed. */
  public int run(String... arguments) {
    say("%n$ ./order-system %s", String.join(" ", arguments));
    int status = command.applyAsInt(arguments);
    say("[exit status %d]", status);
    return status;
  }

  /**
   * Starts the system without any data of before.
   *
   * @param options of {@code up}
   */
  public boolean startsEmpty(String... options) {
    run("down", "--wipe");
    return run(Stream.concat(Stream.of("up"), Stream.of(options)).toArray(String[]::new)) == 0;
  }

  /**
   * The links that can be broken.
   *
   * @throws ComponentFailed when the system was started without them
   */
  public LinkControl links() {
    if (!system.linked()) {
      throw new ComponentFailed("this needs a system that was started with up --links");
    }
    return new LinkControl(LocalPort.LINKS.number());
  }

  /** Runs {@code check} until it is clean; messages that are on their way may take a while. */
  public boolean booksAreClean() {
    long began = System.nanoTime();
    boolean clean =
        Await.within(
            BOOKS_SETTLE_WITHIN,
            () -> command.applyAsInt(new String[] {"check", "--grace", "15s"}) == 0);
    say("check: %s after %.1f s", clean ? "clean" : "NOT CLEAN", seconds(began));
    return clean;
  }

  /** A client that goes on asking while processes are started again. */
  public OrderSystemClient client() {
    return new OrderSystemClient(URI.create(LocalPort.GATEWAY.url()), tokens, PATIENT);
  }

  /** A client with limits of its own. */
  OrderSystemClient client(CallLimits limits) {
    return new OrderSystemClient(URI.create(LocalPort.GATEWAY.url()), tokens, limits);
  }

  /** A client of one process, past the gateway. */
  OrderSystemClient clientOf(int port, CallLimits limits) {
    return new OrderSystemClient(URI.create("http://127.0.0.1:" + port), tokens, limits);
  }

  /** Where a component writes what it has to say. */
  Path log(String component) {
    return system.state().log(component);
  }

  /**
   * Arms a kill at a fault point. Its process may pass the point and die before its answer to this
   * call has left.
   */
  void armKill(Component component, Management management, String point, int after) {
    try {
      management.arm(point, "kill", after, 0);
    } catch (ComponentFailed unanswered) {
      if (!Await.within(DIES_WITHIN, () -> component.daemon().running().isEmpty())) {
        throw unanswered;
      }
    }
  }

  /** A bearer token of this system. */
  String token(String role, String subject) {
    return tokens.token(role, subject, null);
  }

  /** How many orders are PENDING though nobody but the system has anything left to do. */
  public long undecided() {
    return number(UNDECIDED);
  }

  /** The first column of the only row, read as the auditor. */
  public long number(String sql) {
    return Long.parseLong(texts(sql).getFirst());
  }

  /** The first column of every row, read as the auditor. */
  public List<String> texts(String sql) {
    try (Connection connection = connect(DatabaseRole.AUDITOR);
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new ComponentFailed("the books cannot be read: " + sql, e);
    }
  }

  Connection connect(DatabaseRole role) throws SQLException {
    return new Database(LocalPort.POSTGRES.number()).connect(role);
  }

  /**
   * A name for what one run makes. A time in decimals passes for a card's number on some days, and
   * is refused in a reference; digits that touch letters do not.
   */
  public static String newRun(String name) {
    return name + "-n" + Long.toString(System.nanoTime(), 36);
  }

  public static double seconds(long sinceNanoTime) {
    return (System.nanoTime() - sinceNanoTime) / 1e9;
  }
}
