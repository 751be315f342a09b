package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.client.Tokens;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code token}: prints a bearer token that the local services believe, and nothing else. */
@Command(name = "token", description = "Print a bearer token for the local system.")
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class TokenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--role", required = true, description = "customer, seller, operator or service")
  private String role;

  @Option(
      names = "--subject",
      required = true,
      description = "Who it is; of a customer the customerId.")
  private String subject;

  @Option(names = "--seller", description = "The seller that a seller's token is for.")
  private @Nullable String seller;

  private final Tokens tokens;

  TokenCommand(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(tokens.token(role, subject, seller));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
