package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.bench.BenchCommand;
import io.ordersystem.devstack.check.CheckCommand;
import io.ordersystem.devstack.check.CheckTarget;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.data.DataCommand;
import io.ordersystem.devstack.database.DatabaseCommand;
import io.ordersystem.devstack.demo.DemoCommand;
import io.ordersystem.devstack.drill.DrillCommand;
import io.ordersystem.devstack.events.EventsCommand;
import io.ordersystem.devstack.events.ParkedCommand;
import io.ordersystem.devstack.image.ImageCommand;
import io.ordersystem.devstack.load.LoadCommand;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.profile.ProfileCommand;
import io.ordersystem.devstack.prove.ProveCommand;
import io.ordersystem.devstack.recovery.RecoverCommand;
import io.ordersystem.devstack.replay.ReplayCommand;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.token.LocalKeys;
import io.ordersystem.devstack.token.LocalTokens;
import io.ordersystem.devstack.top.TopCommand;
import io.ordersystem.devstack.traces.TraceCommand;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code ./order-system}: every command with what it needs. Exit status 0 for success, 1 when
 * something is not as it should be, 2 for a wrong call.
 */
@Command(
    name = "order-system",
    description = "Runs, watches and proves the order system on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commands().execute(arguments));
  }

  private static CommandLine commands() {
    Path root = Path.of(setting("ORDER_SYSTEM_ROOT", ".")).toAbsolutePath().normalize();
    var state =
        new StateDirectory(
            Path.of(setting("ORDER_SYSTEM_STATE", root.resolve(".devstack").toString())));
    var system = new LocalSystem(root, state);
    URI gateway = URI.create(LocalPort.GATEWAY.url());
    // Made when asked for: a command that needs no token must not make keys.
    Tokens tokens =
        (role, subject, seller) ->
            new LocalTokens(LocalKeys.in(state), Clock.systemUTC()).token(role, subject, seller);
    var up = new UpCommand(system);
    var commands =
        new CommandLine(new Main())
            .addSubcommand(new DemoCommand(up::start, gateway, tokens, Main::checked))
            .addSubcommand(up)
            .addSubcommand(new DownCommand(system))
            .addSubcommand(new StatusCommand(system))
            .addSubcommand(new LogsCommand(system))
            .addSubcommand("start", new ProcessCommands.Start(system))
            .addSubcommand("stop", new ProcessCommands.Stop(system))
            .addSubcommand("restart", new ProcessCommands.Restart(system))
            .addSubcommand("kill", new ProcessCommands.Kill(system))
            .addSubcommand(new FaultCommand())
            .addSubcommand(new LinkCommand())
            .addSubcommand(new EventsCommand())
            .addSubcommand(new ParkedCommand())
            .addSubcommand(new TokenCommand(tokens))
            .addSubcommand(new ReplayCommand(gateway, tokens))
            .addSubcommand(new CheckCommand(Main::checked))
            .addSubcommand(new DatabaseCommand(Main::asked))
            .addSubcommand(new ProfileCommand(system, Clock.systemUTC()))
            .addSubcommand(new TopCommand(system, Main::asked))
            .addSubcommand(new TraceCommand(system))
            .addSubcommand(new ProveCommand(system, tokens))
            .addSubcommand(DrillCommand.on(system, tokens))
            .addSubcommand(
                new RecoverCommand(
                    new Database(LocalPort.POSTGRES.number()).jdbcUrl(),
                    "127.0.0.1:" + LocalPort.KAFKA.number()))
            .addSubcommand(DataCommand.on(system))
            .addSubcommand(new ImageCommand(root, state))
            .addSubcommand(new BenchCommand(system, tokens))
            .addSubcommand(new LoadCommand(root.resolve("load-tests/k6"), gateway, tokens));
    commands.setExecutionExceptionHandler(Main::failed);
    return commands;
  }

  private static CheckTarget checked() {
    return new CheckTarget(asked(), URI.create(LocalPort.SANDBOX.url()));
  }

  private static ReadOnlyLogin asked() {
    return new ReadOnlyLogin(
        new Database(LocalPort.POSTGRES.number()).jdbcUrl(),
        DatabaseRole.AUDITOR.roleName(),
        DatabaseRole.AUDITOR.password());
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof ComponentFailed || failure instanceof IllegalArgumentException) {
      command.getErr().println(failure.getMessage());
      return 1;
    }
    throw failure;
  }

  private static String setting(String name, String otherwise) {
    String given = System.getenv(name);
    return given == null || given.isBlank() ? otherwise : given;
  }
}
