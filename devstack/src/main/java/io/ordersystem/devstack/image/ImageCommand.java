package io.ordersystem.devstack.image;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.stack.LocalService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code image}: an archive per image, for {@code podman load}, {@code docker load} or a registry.
 */
@Command(
    name = "image",
    description = {
      "Build the container images of the services and of the tools as archives, without a container engine.",
      "Each has a Java of the modules that it needs, a cache of its classes, a bill of materials, and no shell.",
      "Without --base the C library is this machine's: for looking at, not for a release."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class ImageCommand implements Callable<Integer> {
  /** The image with this command line, for the checks of a cluster. */
  static final String TOOLS = "tools";

  private static final Pattern APP_VERSION = Pattern.compile("(?m)^appVersion: \"?([^\"\\s]+)\"?");

  @Parameters(
      paramLabel = "SERVICE",
      arity = "0..*",
      description = "order, inventory, payment, notification or tools; without any: all.")
  private List<String> names = List.of();

  @Option(
      names = "--base",
      paramLabel = "IMAGE",
      defaultValue = "${env:ORDER_SYSTEM_IMAGE_BASE}",
      description =
          "What the images stand on: a reference (gcr.io/distroless/base-nossl-debian12@sha256:...) or tar://FILE. It needs a C library (glibc) and nothing else.")
  private @Nullable String base;

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      description = "Where the archives go (.devstack/images).")
  private @Nullable Path output;

  @Option(names = "--tag", description = "The tag of the images (the chart's appVersion).")
  private @Nullable String tag;

  @Spec private CommandSpec spec;

  private final Path root;
  private final StateDirectory state;

  /**
   * For a checkout.
   *
   * @param root with the applications packaged as {@code ./order-system image} does it
   */
  public ImageCommand(Path root, StateDirectory state) {
    this.root = root;
    this.state = state;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = output == null ? state.data("images") : StateDirectory.directory(output);
    var out = spec.commandLine().getOut();
    var builder = new ImageBuilder(directory, base == null || base.isBlank() ? null : base, tag());
    for (Application application : wanted()) {
      long began = System.nanoTime();
      var built = builder.build(application);
      out.printf(
          "  %-60s %5d MiB  %s%n  %s, after %.1f s%n",
          built.name(),
          Files.size(built.archive()) >> 20,
          built.digest(),
          built.archive(),
          (System.nanoTime() - began) / 1e9);
      out.flush();
    }
    return 0;
  }

  private List<Application> wanted() {
    var all = Arrays.stream(LocalService.values()).map(LocalService::shortName).toList();
    var chosen = names.isEmpty() ? Stream.concat(all.stream(), Stream.of(TOOLS)).toList() : names;
    return chosen.stream()
        .map(name -> {
          if (name.equals(TOOLS)) {
            return Application.tools(root.resolve("devstack"));
          }
          if (!all.contains(name)) {
            throw new ParameterException(
                spec.commandLine(),
                "no image is called " + name + "; there are " + all + " and tools");
          }
          return Application.ofService(name + "-service", root.resolve(name + "-service"));
        })
        .toList();
  }

  private String tag() throws IOException {
    if (tag != null) {
      return tag;
    }
    var version =
        APP_VERSION.matcher(Files.readString(root.resolve("helm/order-system/Chart.yaml")));
    if (!version.find()) {
      throw new ComponentFailed("the chart has no appVersion: name a --tag");
    }
    return version.group(1);
  }
}
