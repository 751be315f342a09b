package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.CallFailed;
import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.process.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code replay DIRECTORY}: loads the offers of a Northwind directory, places its orders, compares.
 * Exit status 0 without, 1 with differences, 2 when it could not be done.
 */
@Command(
    name = "replay",
    description =
        "Place the orders of a Northwind directory and compare what came of them with it.",
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class ReplayCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;
  private static final int CANNOT = 2;
  private static final int STANDARD_PATIENCE = 60;
  // Reads of stock may come from a replica or a cache that is a little behind.
  private static final Duration STOCK_SETTLES_WITHIN = Duration.ofSeconds(15);

  private static final class Pace {
    @Option(names = "--sequential", description = "Each order only after the former is final.")
    boolean sequential;

    @Option(
        names = "--concurrency",
        paramLabel = "N",
        description = "Orders under way at a time, 1 to 256 (default 8).")
    int concurrency = 8;
  }

  @Parameters(
      paramLabel = "DIRECTORY",
      description = "Holds products, suppliers, customers, orders and order-details as CSV.")
  private Path directory;

  @Option(
      names = "--restock",
      description = "Stock enough for all orders, instead of what the files say.")
  private boolean restock;

  @Option(
      names = "--fulfil",
      description = "Then accept, ship and deliver every order that has a shippedDate.")
  private boolean fulfil;

  @ArgGroup private @Nullable Pace pace;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long an order may take to be decided, and a call to be answered (60).")
  private int patience = STANDARD_PATIENCE;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result there as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--mails",
      paramLabel = "FILE",
      description = "Write there as JSON what mails must come of it.")
  private @Nullable Path mails;

  @Option(
      names = "--seller-mails",
      description = "Give every seller a mail address first, and expect their mails, too.")
  private boolean sellerMails;

  @Option(names = "--url", paramLabel = "URL", description = "The gateway, if not the local one.")
  private @Nullable URI url;

  @Spec private CommandSpec spec;

  private final URI gateway;
  private final Tokens tokens;
  private final LongSupplier nanoTime = System::nanoTime;

  /**
   * @param gateway where the gateway listens unless {@code --url} says otherwise
   * @param tokens asked only when the command runs
   */
  public ReplayCommand(URI gateway, Tokens tokens) {
    this.gateway = gateway;
    this.tokens = tokens;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int concurrency = concurrency();
    refuseUnwritable(json);
    refuseUnwritable(mails);
    try (var client = new OrderSystemClient(url == null ? gateway : url, tokens, limits())) {
      var northwind = NorthwindFiles.read(directory);
      var report = replay(client, northwind, concurrency);
      report.print(spec.commandLine().getOut());
      if (json != null) {
        report.write(json);
      }
      return report.differences().isEmpty() ? ExitCode.OK : DIFFERENT;
    } catch (InvalidCsv | Stocktaking.StockDiffers | CallFailed reason) {
      spec.commandLine().getErr().println("replay: " + reason.getMessage());
      return CANNOT;
    }
  }

  private ReplayReport replay(OrderSystemClient client, Northwind northwind, int concurrency)
      throws IOException, InterruptedException {
    var run = UUID.randomUUID().toString().substring(0, 8);
    var err = spec.commandLine().getErr();
    var stock = new Stocktaking(northwind, client.operator("replay"), run);
    var before = restock ? stock.loadEnough() : stock.load();
    err.printf(
        "run %s: %d offers, %d orders, %d at a time%n",
        run, before.size(), northwind.orders().size(), concurrency);
    err.flush();

    if (sellerMails) {
      giveAddresses(client.operator("replay"), northwind.sellers());
    }
    var timings = new Timings();
    var progress = progress(err, northwind);
    long start = nanoTime.getAsLong();
    var outcomes =
        new OrderReplay(
                client.service("replay"), run, timings, nanoTime, Duration.ofSeconds(patience))
            .place(northwind.orders(), concurrency, progress);
    double seconds = (nanoTime.getAsLong() - start) / 1e9;

    var comparison = new Comparison(northwind, before, fates(northwind, before, concurrency));
    var differences = new ArrayList<>(comparison.orders(outcomes));
    differences.addAll(
        Await.seen(
            STOCK_SETTLES_WITHIN,
            () -> comparison.stock(outcomes, stock.present()),
            List::isEmpty));
    if (fulfil) {
      var fulfilment = new Fulfilment(client.service("replay"), run);
      differences.addAll(fulfilment.ship(outcomes, concurrency));
      differences.addAll(fulfilment.orderDifferences(outcomes));
      differences.addAll(fulfilment.stockDifferences(outcomes, before, stock));
    }
    if (mails != null) {
      var sellers = sellerMails ? northwind.sellers() : Map.<String, String>of();
      ExpectedMail.write(mails, ExpectedMails.of(outcomes, fulfil, sellers));
    }
    return ReplayReport.of(outcomes, timings, seconds, differences);
  }

  private static void giveAddresses(Caller operator, Map<String, String> sellers) {
    sellers.forEach((seller, language) -> {
      var wishes =
          Map.of(
              "email", ExpectedMails.addressOf(seller),
              "locale", language,
              "channels", List.of("EMAIL"));
      String path = "/api/notifications/preferences/sellers/" + seller;
      var answer = operator.call("PUT", path, wishes, null);
      if (!answer.isOk()) {
        throw new IllegalStateException("PUT %s was answered with %s".formatted(path, answer));
      }
    });
  }

  private @Nullable Map<Integer, Fate> fates(
      Northwind northwind, Map<Integer, Offer> before, int concurrency) {
    if (concurrency > 1 && !restock) {
      return null;
    }
    var available = new TreeMap<Integer, Integer>();
    before.forEach((product, offer) -> available.put(product, offer.available()));
    return Fate.inSequence(northwind, available);
  }

  private Progress progress(PrintWriter err, Northwind northwind) {
    var console = System.console();
    boolean terminal = console != null && console.isTerminal();
    return new Progress(err, terminal, nanoTime, northwind.orders().size());
  }

  private CallLimits limits() {
    if (patience < 1 || patience > 3_600) {
      throw new ParameterException(spec.commandLine(), "--patience must be from 1 to 3600");
    }
    return patience == STANDARD_PATIENCE
        ? CallLimits.STANDARD
        : CallLimits.STANDARD.within(Duration.ofSeconds(patience));
  }

  private int concurrency() {
    if (pace == null) {
      return new Pace().concurrency;
    }
    if (pace.concurrency < 1 || pace.concurrency > 256) {
      throw new ParameterException(spec.commandLine(), "--concurrency must be from 1 to 256");
    }
    return pace.sequential ? 1 : pace.concurrency;
  }

  private void refuseUnwritable(@Nullable Path file) {
    if (file == null) {
      return;
    }
    var folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
      throw new ParameterException(spec.commandLine(), "cannot write " + file);
    }
  }
}
