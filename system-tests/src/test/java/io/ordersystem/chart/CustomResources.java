package io.ordersystem.chart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What operators and the Gateway API add to Kubernetes. The schemas are other projects' data and
 * lie beside this one; rules in CEL are not evaluated.
 */
final class CustomResources {
  private static final Set<String> GROUPS =
      Set.of(
          "barmancloud.cnpg.io",
          "cert-manager.io",
          "external-secrets.io",
          "gateway.networking.k8s.io",
          "kafka.strimzi.io",
          "keda.sh",
          "monitoring.coreos.com",
          "postgresql.cnpg.io");

  static final Path SCHEMAS = Chart.ROOT.resolve("../shared/data/crd-schemas");

  private static final System.Logger LOG = System.getLogger(CustomResources.class.getName());
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;
  private final boolean present;
  private final Map<Path, JsonSchema> schemas = new ConcurrentHashMap<>();

  /**
   * Whoever has no schemas goes without, but for CI, where nobody would notice that.
   *
   * @throws AssertionError when there are none, and the environment says {@code CI=true}
   */
  CustomResources(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.present = Files.isDirectory(folder);
    if (!present) {
      if ("true".equals(environment.get("CI"))) {
        throw new AssertionError("custom resources cannot be checked: there is no " + folder);
      }
      LOG.log(System.Logger.Level.WARNING, "Custom resources are not checked: no {0}", folder);
    }
  }

  /** What is wrong with an object; of a kind that nobody knows, that. */
  List<String> findings(Manifest manifest) {
    String[] version = manifest.string("/apiVersion").split("/", 2);
    String kind = manifest.string("/apiVersion") + "/" + manifest.kind();
    if (version.length < 2 || !GROUPS.contains(version[0])) {
      return List.of(manifest.label() + ": no model of " + kind);
    }
    if (!present) {
      return List.of();
    }
    Path schema =
        folder
            .resolve(version[0])
            .resolve("%s_%s.json".formatted(manifest.kind().toLowerCase(Locale.ROOT), version[1]));
    if (!Files.isRegularFile(schema)) {
      return List.of(manifest.label() + ": no model of " + kind);
    }
    return schemas.computeIfAbsent(schema, CustomResources::read).validate(manifest.json()).stream()
        .map(ValidationMessage::getMessage)
        .map(finding -> manifest.label() + ": " + finding)
        .toList();
  }

  private static JsonSchema read(Path file) {
    try {
      return JsonSchemaFactory.getInstance(VersionFlag.V7)
          .getSchema(MAPPER.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
