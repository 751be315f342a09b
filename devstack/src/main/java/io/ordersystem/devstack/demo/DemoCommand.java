package io.ordersystem.devstack.demo;

import io.ordersystem.devstack.check.CannotCheck;
import io.ordersystem.devstack.check.Check;
import io.ordersystem.devstack.check.CheckTarget;
import io.ordersystem.devstack.check.Finding;
import io.ordersystem.devstack.check.FindingsTable;
import io.ordersystem.devstack.client.CallFailed;
import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.OrderView;
import io.ordersystem.devstack.client.Tokens;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code demo}: starts the system, lets a small shop do business, shows what became of it. Exit
 * status 1 when an order is not what it should be or an invariant is violated, 2 when the demo
 * could not be run.
 */
@Command(
    name = "demo",
    description = "Start the system and place a dozen orders in a small shop of our own.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated field before it calls
public final class DemoCommand implements Callable<Integer> {
  private static final int NOT_AS_EXPECTED = 1;
  private static final int CANNOT = 2;

  /** What asks whether everything adds up. */
  interface Audit {
    List<Finding> run() throws CannotCheck;
  }

  @Spec private CommandSpec spec;

  private final Runnable up;
  private final URI gateway;
  private final Tokens tokens;
  private final Audit audit;

  /**
   * @param up returns when the system is ready, throws when it does not get there
   * @param check asked only after {@code up}
   */
  public DemoCommand(Runnable up, URI gateway, Tokens tokens, Supplier<CheckTarget> check) {
    this(up, gateway, tokens, () -> new Check(check.get()).run(Check.STANDARD_GRACE));
  }

  DemoCommand(Runnable up, URI gateway, Tokens tokens, Audit audit) {
    this.up = up;
    this.gateway = gateway;
    this.tokens = tokens;
    this.audit = audit;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    up.run();
    try {
      var became = doBusiness(out);
      out.println();
      var findings = audit.run();
      FindingsTable.print(findings, out);
      boolean asExpected = became.stream().allMatch(Became::isAsExpected);
      printTail(out, asExpected);
      return asExpected && findings.stream().allMatch(Finding::holds)
          ? ExitCode.OK
          : NOT_AS_EXPECTED;
    } catch (CallFailed | CannotCheck reason) {
      spec.commandLine().getErr().println("demo: " + reason.getMessage());
      return CANNOT;
    }
  }

  private List<Became> doBusiness(PrintWriter out) {
    var run = UUID.randomUUID().toString().substring(0, 8);
    var shop = Shop.builtIn();
    try (var client = new OrderSystemClient(gateway, tokens, CallLimits.STANDARD)) {
      new OpenShop(client.operator("demo"), run).open(shop);
      var place = new PlaceWishes(client, run);
      var all = new ArrayList<Became>();
      printHead(out);
      for (var wish : shop.orders()) {
        var became = place.place(wish, all.size() + 1);
        all.add(became);
        print(became, out);
      }
      return all;
    }
  }

  private static void printHead(PrintWriter out) {
    out.printf(
        "%n%-20s %-9s %5s %7s %10s  %-14s  %-26s %s%n",
        "order", "customer", "lines", "sellers", "total", "expected", "became", "ok");
    out.flush();
  }

  private static void print(Became became, PrintWriter out) {
    var wish = became.wish();
    out.printf(
        "%-20s %-9s %5d %7d %10s  %-14s  %-26s %s%n",
        became.order().map(OrderView::orderNumber).orElse("-"),
        wish.customer(),
        wish.lines().size(),
        wish.sellers(),
        euros(became.order().map(OrderView::totalAmount).orElse(wish.totalAmount())),
        wish.expected(),
        became.state(),
        became.isAsExpected() ? "yes" : "NO");
    out.flush();
  }

  private static String euros(long cents) {
    return BigDecimal.valueOf(cents, 2) + " " + Shop.CURRENCY;
  }

  private void printTail(PrintWriter out, boolean asExpected) {
    out.println(
        asExpected
            ? "every order is in its expected state; the system is left running"
            : "NOT every order is in its expected state; the system is left running");
    out.printf(
        """

        Place one yourself:
          curl -s %s/api/orders -H "Authorization: Bearer $(./order-system token --role customer --subject customer-ada)" \\
            -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\
            -d '{"customerId":"customer-ada","items":[{"variantId":"sourdough-1kg","quantity":1}]}'
        """,
        gateway);
    out.flush();
  }
}
