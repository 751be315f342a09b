package io.ordersystem.devstack.image;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The C library of this machine, and what resolves names: all that a Java needs below it. It takes
 * the place of a base image where no registry is to be had.
 */
final class CLibrary {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern FOUND = Pattern.compile("(/[^ ]+\\.so[^ ]*) \\(0x");

  /** Loaded by the C library itself, when a name is looked up. */
  private static final List<String> RESOLVERS =
      List.of("libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2");

  private CLibrary() {}

  /** The files, each under the path at which it is looked for. */
  static List<Path> filesFor(Path java) throws IOException {
    var files = new TreeSet<Path>();
    var binaries = new ArrayList<>(List.of(java.resolve("bin/java")));
    try (var libraries = Files.walk(java.resolve("lib"))) {
      libraries.filter(file -> file.toString().endsWith(".so")).forEach(binaries::add);
    }
    for (Path binary : binaries) {
      var listed = Shell.run(LIMIT, List.of("ldd", binary.toString()));
      var library = FOUND.matcher(listed.output());
      while (library.find()) {
        var file = Path.of(library.group(1)).normalize();
        if (!file.startsWith(java)) {
          files.add(file);
        }
      }
    }
    Path directory =
        files.stream()
            .filter(file -> file.endsWith("libc.so.6"))
            .map(file -> Objects.requireNonNull(file.getParent()))
            .findFirst()
            .orElseThrow(
                () -> new ComponentFailed("this machine has no glibc: name a --base image"));
    RESOLVERS.stream().map(directory::resolve).filter(Files::exists).forEach(files::add);
    return List.copyOf(files);
  }
}
