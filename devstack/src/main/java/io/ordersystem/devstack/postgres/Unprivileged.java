package io.ordersystem.devstack.postgres;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How PostgreSQL is run by whoever we are: it refuses root. An ordinary user runs it directly; root
 * runs it in a user namespace in which nobody is root, and where those are off, as the user nobody.
 */
enum Unprivileged {
  DIRECT(List.of()),
  USER_NAMESPACE(List.of("unshare", "-U")),
  NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final List<String> prefix;

  Unprivileged(List<String> prefix) {
    this.prefix = prefix;
  }

  /** The way that works here. */
  static Unprivileged here() {
    if (!Shell.run(LIMIT, List.of("id", "-u")).output().trim().equals("0")) {
      return DIRECT;
    }
    return USER_NAMESPACE.works() ? USER_NAMESPACE : NOBODY;
  }

  /** The command as the unprivileged user. */
  List<String> command(List<String> command) {
    var whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  /** Makes a tree the unprivileged user's own, where that is another user. */
  void own(Path tree) {
    if (this != NOBODY) {
      return;
    }
    var outcome = Shell.run(LIMIT, List.of("chown", "-R", "65534:65534", tree.toString()));
    if (!outcome.succeeded()) {
      throw new ComponentFailed("could not give " + tree + " to nobody: " + outcome.output());
    }
  }

  /** Refuses a path that the unprivileged user cannot reach. */
  void reach(Path path) {
    if (this == NOBODY
        && !Shell.run(LIMIT, command(List.of("test", "-r", path.toString()))).succeeded()) {
      throw new ComponentFailed(
          "PostgreSQL refuses to run as root, user namespaces are off, and the user nobody cannot"
              + " reach "
              + path
              + ": run ./order-system as an ordinary user, or set XDG_CACHE_HOME and"
              + " ORDER_SYSTEM_STATE to directories that everybody can enter");
    }
  }

  private boolean works() {
    return Shell.run(LIMIT, command(List.of("true"))).succeeded();
  }
}
