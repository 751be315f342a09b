package io.ordersystem.devstack.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A running sandbox. One event loop does everything but writing to the disk, so its state needs no
 * lock.
 */
final class SandboxServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SandboxServer.class.getName());
  static final String HOST = "127.0.0.1";
  private static final int PATIENCE_S = 15;
  private static final int IDLE_S = 120;

  private final Vertx vertx;
  private final Journal journal;
  private final HttpServer server;

  /**
   * How to run.
   *
   * @param port 0 takes a free one
   * @param data a directory of its own
   * @param refundsEndAfter how long a refund takes that does not end at once
   * @param fatal hears of a failure after which the process cannot go on
   */
  record Settings(
      int port,
      Path data,
      @Nullable WebhookTarget webhooks,
      WebhookPolicy policy,
      Limits limits,
      Duration refundsEndAfter,
      Clock clock,
      Consumer<Throwable> fatal) {}

  private SandboxServer(Vertx vertx, Journal journal, HttpServer server) {
    this.vertx = vertx;
    this.journal = journal;
    this.server = server;
  }

  /**
   * Replays the journal, then listens; returns when it does.
   *
   * @throws IOException if the port is taken or the journal cannot be used
   */
  static SandboxServer start(Settings settings) throws IOException {
    var books = new Books(settings.limits(), settings.clock());
    var journal = Journal.open(settings.data(), books::apply);
    var vertx = Vertx.vertx(options());
    try {
      var ready = new CompletableFuture<HttpServer>();
      vertx
          .getOrCreateContext()
          .exceptionHandler(failure -> failed(ready, failure))
          .runOnContext(_ -> listen(vertx, books, journal, settings, ready));
      return new SandboxServer(vertx, journal, await(ready));
    } catch (IOException | RuntimeException e) {
      await(vertx.close().toCompletionStage().toCompletableFuture());
      journal.close();
      throw e;
    }
  }

  private static void failed(CompletableFuture<HttpServer> ready, Throwable failure) {
    if (!ready.completeExceptionally(failure)) {
      LOG.log(System.Logger.Level.ERROR, "The sandbox failed", failure);
    }
  }

  private static VertxOptions options() {
    // One thread for all handlers is what makes the state single-writer. No file is ever served.
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static void listen(
      Vertx vertx,
      Books books,
      Journal journal,
      Settings settings,
      CompletableFuture<HttpServer> ready) {
    var router = Router.router(vertx);
    var server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setIdleTimeout(IDLE_S)
                .setMaxFormFields(200)
                .setMaxFormBufferedBytes(Routes.MAX_BODY));
    mount(router, vertx, books, journal, settings, server::actualPort);
    server
        .requestHandler(router)
        .listen(settings.port(), HOST)
        .onSuccess(ready::complete)
        .onFailure(ready::completeExceptionally);
  }

  private static void mount(
      Router router,
      Vertx vertx,
      Books books,
      Journal journal,
      Settings settings,
      IntSupplier port) {
    var json = new StripeJson(() -> "http://" + HOST + ":" + port.getAsInt());
    var random = new SecureRandom();
    var ids = new Ids(random);
    var clock = settings.clock();
    var faults = new Faults(random);
    var recorder =
        new Recorder(
            books,
            journal,
            new Recorder.Surroundings(vertx.getOrCreateContext(), clock, ids),
            settings.fatal());
    var none = new JsonObject();
    var target = settings.webhooks();
    Webhooks webhooks = null;
    if (target != null) {
      webhooks =
          new Webhooks(
              new Webhooks.Surroundings(vertx, faults, clock, random, json),
              target,
              settings.policy(),
              recorder::settled);
      recorder.announceBy(webhooks);
    }
    var told = webhooks;
    var around = new ApiGate.Surroundings(vertx, books, recorder, faults, json, ids);
    var ledger = new IntentLedger(ids, clock);
    var refunds = new RefundLedger(ids, clock, settings.refundsEndAfter());
    recorder.endBy(new RefundTimers(vertx, clock, books, refunds, recorder));
    var gate = new ApiGate(around, settings.limits().underWay());
    new Routes(gate, ledger, books, faults, json).mount(router);
    new RefundRoutes(gate, refunds, books, json).mount(router);
    new AdminRoutes(
            ledger,
            new DisputeLedger(ids, clock),
            around,
            new AdminRoutes.Counts(gate::toJson, () -> told == null ? none : told.toJson()))
        .mount(router);
    var answers = new Answers(json);
    router.route().last().handler(ctx -> ctx.fail(404)).failureHandler(answers::fail);
  }

  int port() {
    return server.actualPort();
  }

  /** Stops taking requests, then writes what is still to be written. */
  @Override
  public void close() throws IOException {
    try {
      await(vertx.close().toCompletionStage().toCompletableFuture());
    } finally {
      journal.close();
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws IOException {
    try {
      return future.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new IOException("not done after " + PATIENCE_S + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
