package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.edge.Edge;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.redis.RedisServer;
import io.ordersystem.devstack.sandbox.PaymentSandbox;
import io.ordersystem.devstack.stack.HelperProcess;
import java.nio.file.Path;
import java.util.List;

/** Where the one stack of this JVM is. */
record TestEnvironment(
    StateDirectory state,
    int postgres,
    int replica,
    int kafka,
    int kafkaController,
    int smtp,
    int sandbox,
    int edge,
    int redis) {
  private static final String SEPARATOR = "|";

  static TestEnvironment onFreePorts(StateDirectory state) {
    return new TestEnvironment(
        state,
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free());
  }

  /** The environment, with the stack started when this is the first call of the JVM. */
  static TestEnvironment current() {
    return parse(SharedStack.startedOnce());
  }

  Database primaryDatabase() {
    return new Database(postgres);
  }

  Database replicaDatabase() {
    return new Database(replica);
  }

  String bootstrapServers() {
    return "127.0.0.1:" + kafka;
  }

  /** The payment provider's stand-in, a process of its own. */
  HelperProcess sandboxProcess() {
    return new HelperProcess(
        "sandbox",
        state,
        PaymentSandbox.class,
        List.of(sandbox),
        () ->
            List.of(
                "--port", Integer.toString(sandbox), "--data", state.data("sandbox").toString()));
  }

  /** The mail sink, in the process that also has the gateway. */
  HelperProcess edgeProcess() {
    return new HelperProcess(
        "edge",
        state,
        Edge.class,
        List.of(edge, smtp),
        () ->
            List.of(
                "--port",
                Integer.toString(edge),
                "--smtp-port",
                Integer.toString(smtp),
                "--mail",
                mails().toString()));
  }

  /** The cache. */
  RedisServer redisServer() {
    return new RedisServer(state, redis);
  }

  Path mails() {
    return state.data("mail");
  }

  // As text, because the class loaders of Quarkus hold other copies of this class.
  String text() {
    return String.join(
        SEPARATOR,
        state.root().toString(),
        Integer.toString(postgres),
        Integer.toString(replica),
        Integer.toString(kafka),
        Integer.toString(kafkaController),
        Integer.toString(smtp),
        Integer.toString(sandbox),
        Integer.toString(edge),
        Integer.toString(redis));
  }

  private static TestEnvironment parse(String text) {
    var parts = List.of(text.split("\\|"));
    return new TestEnvironment(
        new StateDirectory(Path.of(parts.get(0))),
        Integer.parseInt(parts.get(1)),
        Integer.parseInt(parts.get(2)),
        Integer.parseInt(parts.get(3)),
        Integer.parseInt(parts.get(4)),
        Integer.parseInt(parts.get(5)),
        Integer.parseInt(parts.get(6)),
        Integer.parseInt(parts.get(7)),
        Integer.parseInt(parts.get(8)));
  }
}
