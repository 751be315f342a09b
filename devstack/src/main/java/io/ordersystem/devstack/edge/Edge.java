package io.ordersystem.devstack.edge;

import io.ordersystem.devstack.gateway.Gateway;
import io.ordersystem.devstack.gateway.Upstream;
import io.ordersystem.devstack.mail.MailSink;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Gateway and mail sink in one small JVM. Prints one line when it is ready; SIGTERM ends it. */
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class Edge implements Callable<Integer> {
  private static final int START_SECONDS = 20;

  @Option(names = "--port", required = true)
  private int port;

  @Option(
      names = "--route",
      description = "/path=port/management-port, once per path; commas between several processes")
  private Map<String, String> routes = new LinkedHashMap<>();

  @Option(names = "--smtp-port", required = true)
  private int smtpPort;

  @Option(names = "--mail", required = true)
  private Path mail;

  public static void main(String[] arguments) {
    int status = new CommandLine(new Edge()).execute(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() throws Exception {
    new MailSink(smtpPort, mail).start();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(2));
    int listening =
        new Gateway(vertx, upstreams())
            .listen(port)
            .toCompletionStage()
            .toCompletableFuture()
            .get(START_SECONDS, TimeUnit.SECONDS);
    System.out.println("gateway on http://127.0.0.1:" + listening + ", mail on " + smtpPort);
    return 0;
  }

  private Map<String, List<Upstream>> upstreams() {
    var upstreams = new LinkedHashMap<String, List<Upstream>>();
    routes.forEach((path, processes) ->
        upstreams.put(path, Arrays.stream(processes.split(",")).map(Upstream::parse).toList()));
    return upstreams;
  }
}
