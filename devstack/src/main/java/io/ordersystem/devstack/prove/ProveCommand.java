package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code prove}: the full form of a proof, from an empty system. What it prints is kept under
 * {@code docs/evidence}.
 */
@Command(
    name = "prove",
    description = {
      "Prove a promise in full, on an empty system (wipes the local one).",
      "skeleton DIRECTORY: start, replay of the Northwind orders in both ways, checks, memory.",
      "crash DIRECTORY: kill -9 of everything in the middle of a replay, and at every fault point.",
      "outbox: no event lost, skipped or late, whatever transactions and leaders do.",
      "commits: COMMITs that are lost on the way, there or back.",
      "outage: Kafka is away for two minutes under load.",
      "links: cut, paused, slow and dropping networks to PostgreSQL, Kafka and the provider.",
      "consumer: a projection of a topic that was shuffled, doubled and dropped in parts.",
      "orders: callers of all roles do whatever they like with the same orders at once.",
      "inventory: a hot item under thousands of buyers, with instances that die.",
      "payments: a provider that loses answers and webhooks, kill -9, and every cent accounted for.",
      "mails DIRECTORY: exactly the mails that follow from the orders, also under kill -9.",
      "reads: replicas that stand still, lag and die, Redis at its worst; who has written reads it.",
      "rollout: two instances of each service, restarted one by one under load.",
      "poison: messages that cannot be processed, by key and at random, and their redrive.",
      "events DIRECTORY: a stranger's copy of the replayed orders, and every message by the contract."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class ProveCommand implements Callable<Integer> {
  private static final List<Proof> PROOFS =
      List.of(
          new SkeletonProof(),
          new CrashProof(),
          new OutboxProof(),
          new CommitProof(),
          new OutageProof(),
          new LinksProof(),
          new ConsumerProof(),
          new OrdersProof(),
          new InventoryProof(),
          new PaymentsProof(),
          new MailsProof(),
          new ReadsProof(),
          new RolloutProof(),
          new PoisonProof(),
          new EventsProof());

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIRECTORY",
      description = "The Northwind files.")
  private @Nullable Path directory;

  @Option(
      names = "--short",
      description = "On the system that runs, with small numbers; keeps its data.")
  private boolean quick;

  private final LocalSystem system;
  private final Tokens tokens;

  public ProveCommand(LocalSystem system, Tokens tokens) {
    this.system = system;
    this.tokens = tokens;
  }

  @Override
  public Integer call() throws Exception {
    Proof proof =
        PROOFS.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new ParameterException(
                    spec.commandLine(),
                    "no proof is called "
                        + name
                        + "; there are "
                        + PROOFS.stream().map(Proof::name).collect(Collectors.joining(", "))));
    var scene =
        new Scene(
            system,
            tokens,
            arguments -> orderSystem().execute(arguments),
            spec.commandLine().getOut());
    long began = System.nanoTime();
    scene.say("%s: %s", proof.name(), proof.promise());
    boolean holds = proof.holds(scene, quick, directory);
    scene.say(
        "%n%s: %s (%.0f s)", holds ? "PROVED" : "NOT PROVED", proof.name(), Scene.seconds(began));
    return holds ? 0 : 1;
  }

  private CommandLine orderSystem() {
    CommandLine root = spec.commandLine().getParent();
    if (root == null) {
      throw new ComponentFailed("prove runs below order-system only");
    }
    return root;
  }
}
