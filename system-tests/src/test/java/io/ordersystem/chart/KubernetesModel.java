package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kubernetes.client.custom.QuantityFormatException;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether the API server would know every field of an object, and its type. */
final class KubernetesModel {

  private interface Check {
    void of(JsonElement json) throws IOException;
  }

  private interface Parse {
    Object of(String json) throws IOException;
  }

  /**
   * The one knows the fields, the other the numbers and quantities. Neither minds a text for a
   * number or a number for a label: that shows only in what was read.
   */
  private record Kind(Check unknownFields, Parse types) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Map<String, Kind> BUILT_IN =
      Map.of(
          "networking.k8s.io/v1/Ingress",
              new Kind(V1Ingress::validateJsonElement, V1Ingress::fromJson),
          "networking.k8s.io/v1/NetworkPolicy",
              new Kind(V1NetworkPolicy::validateJsonElement, V1NetworkPolicy::fromJson),
          "batch/v1/Job", new Kind(V1Job::validateJsonElement, V1Job::fromJson),
          "batch/v1/CronJob", new Kind(V1CronJob::validateJsonElement, V1CronJob::fromJson),
          "v1/ConfigMap", new Kind(V1ConfigMap::validateJsonElement, V1ConfigMap::fromJson),
          "v1/Service", new Kind(V1Service::validateJsonElement, V1Service::fromJson),
          "v1/ServiceAccount",
              new Kind(V1ServiceAccount::validateJsonElement, V1ServiceAccount::fromJson),
          "apps/v1/Deployment", new Kind(V1Deployment::validateJsonElement, V1Deployment::fromJson),
          "policy/v1/PodDisruptionBudget",
              new Kind(V1PodDisruptionBudget::validateJsonElement, V1PodDisruptionBudget::fromJson),
          "autoscaling/v2/HorizontalPodAutoscaler",
              new Kind(
                  V2HorizontalPodAutoscaler::validateJsonElement,
                  V2HorizontalPodAutoscaler::fromJson));

  private static final CustomResources CUSTOM =
      new CustomResources(CustomResources.SCHEMAS, System.getenv());

  private KubernetesModel() {}

  static List<String> findings(Manifest manifest) {
    var kind = manifest.string("/apiVersion") + "/" + manifest.kind();
    var builtIn = BUILT_IN.get(kind);
    if (builtIn != null) {
      return Stream.concat(unknownFields(builtIn, manifest), wrongTypes(builtIn, manifest))
          .toList();
    }
    return CUSTOM.findings(manifest);
  }

  private static Stream<String> unknownFields(Kind kind, Manifest manifest) {
    try {
      kind.unknownFields.of(JsonParser.parseString(manifest.json().toString()));
      return Stream.empty();
    } catch (IllegalArgumentException e) {
      return Stream.of(manifest.label() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> wrongTypes(Kind kind, Manifest manifest) {
    try {
      var read = MAPPER.readTree(JSON.serialize(kind.types.of(manifest.json().toString())));
      return coerced("", manifest.json(), read).map(it -> manifest.label() + ": " + it);
    } catch (JsonParseException | IllegalArgumentException | QuantityFormatException e) {
      return Stream.of(manifest.label() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Values that were understood as something else than was written. Quantities may be either. */
  private static Stream<String> coerced(String at, JsonNode written, JsonNode read) {
    if (written.isObject()) {
      return written
          .propertyStream()
          .flatMap(it -> coerced(at + "/" + it.getKey(), it.getValue(), read.path(it.getKey())));
    }
    if (written.isArray()) {
      return IntStream.range(0, written.size())
          .boxed()
          .flatMap(it -> coerced(at + "/" + it, written.get(it), read.path(it)));
    }
    return written.equals(read) || at.matches(".*/(limits|requests)/[a-z-]+|.*/sizeLimit")
        ? Stream.empty()
        : Stream.of("%s: %s is read as %s".formatted(at, written, read));
  }
}
