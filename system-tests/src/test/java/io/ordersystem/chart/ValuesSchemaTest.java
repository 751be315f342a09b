package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesSchemaTest {

  /** Maps whose keys the user chooses; an empty one of any name has no keys to misspell. */
  private static final Set<String> FREE =
      Set.of("labels", "config", "secrets", "peers", "destinations");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicaCount: 3 | replicaCount",
        "services: {orders: {enabled: true}} | orders",
        "services: {order-service: {replica: 3}} | replica",
        "defaults: {replicas: two} | replicas",
        "defaults: {replicas: 0} | replicas",
        "defaults: {autoscaling: {maxReplicas: 13}} | maxReplicas",
        "defaults: {runAsUser: 0} | runAsUser",
        "defaults: {tmpSizeLimit: 64MB} | tmpSizeLimit",
        "services: {payment-service: {config: {PAYMENT_STRIPE_API_KEY: sk}}} | PAYMENT_STRIPE_API_KEY",
        "config: {KAFKA_SASL_JAAS_CONFIG: plain} | KAFKA_SASL_JAAS_CONFIG",
        "config: {QUARKUS_HTTP_PORT: 8080} | QUARKUS_HTTP_PORT",
        "config: {quarkus.http.port: '8080'} | quarkus.http.port",
        "services: {order-service: {peers: {A: basket-service}}} | peers",
        "services: {order-service: {image: {digest: latest}}} | digest",
        "httpRoute: {enabled: true} | parentRefs",
        "ingress: {enabled: true} | hosts",
        "externalSecrets: {enabled: true} | name",
        "check: {schedule: hourly} | schedule",
        "check: {pushgatewayUrl: 'http://push:9091/metrics'} | pushgatewayUrl",
        "networkPolicy: {callers: []} | callers",
        "networkPolicy: {destinations: {kafka: {ports: []}}} | ports",
        "networkPolicy: {destinations: {kafka: {ports: [9092-]}}} | ports",
        "networkPolicy: {dns: []} | dns",
        "defaults: {keda: {maxReplicas: 13}} | maxReplicas",
        "kafka: {bootstrapServers: kafka} | bootstrapServers",
        "oidc: {authServerUrl: identity} | authServerUrl",
      })
  void letsHelmRefuse(String values, String named) {
    assertThatThrownBy(() -> Chart.template(values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("values don't meet the specifications of the schema")
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "enabled: true",
        "global: {anything: {at: all}}",
        "defaults: {resources: {limits: {cpu: 2}}}",
        "services: {order-service: {replicas: 3, probes: {startup: {failureThreshold: 100}}}}",
        "services: {payment-service: {config: {PAYMENT_STRIPE_BASE_URL: 'http://sandbox'}}}"
      })
  void letsHelmAccept(String values) {
    assertThat(Chart.template(values)).isNotEmpty();
  }

  @Test
  void refusesEveryValueUnderAMisspelledName() throws IOException {
    var values = values();
    var pointers = keys(values, "").filter(it -> !FREE.contains(parentName(it))).toList();

    assertThat(pointers).hasSizeGreaterThan(100);
    assertThat(pointers)
        .allSatisfy(
            pointer -> assertThat(refuses(change(values, pointer, true))).as(pointer).isTrue());
  }

  @Test
  void refusesEveryValueOfAnotherType() throws IOException {
    var values = values();

    assertThat(keys(values, ""))
        .allSatisfy(
            pointer -> assertThat(refuses(change(values, pointer, false))).as(pointer).isTrue());
  }

  private static JsonNode values() throws IOException {
    return new YAMLMapper().readTree(Chart.FOLDER.resolve("values.yaml").toFile());
  }

  private static boolean refuses(JsonNode values) {
    return !Schema.INSTANCE.validate(values).isEmpty();
  }

  /** Pointers to the value of every key, at any depth. Lists have no keys. */
  private static Stream<String> keys(JsonNode node, String at) {
    return node.propertyStream()
        .flatMap(it ->
            Stream.concat(
                Stream.of(at + "/" + it.getKey()), keys(it.getValue(), at + "/" + it.getKey())));
  }

  private static JsonNode change(JsonNode values, String pointer, boolean rename) {
    var copy = values.deepCopy();
    var slash = pointer.lastIndexOf('/');
    var name = pointer.substring(slash + 1);
    var parent = (ObjectNode) copy.at(pointer.substring(0, slash));
    if (rename) {
      parent.set(name + "x", parent.remove(name));
    } else {
      parent.set(
          name,
          parent.path(name).isArray()
              ? JsonNodeFactory.instance.textNode("x")
              : JsonNodeFactory.instance.arrayNode());
    }
    return copy;
  }

  private static String parentName(String pointer) {
    var path = pointer.split("/", -1);
    return path[path.length - 2];
  }

  private static final class Schema {
    static final JsonSchema INSTANCE = read();

    private static JsonSchema read() {
      try {
        return JsonSchemaFactory.getInstance(VersionFlag.V7)
            .getSchema(
                new ObjectMapper().readTree(Chart.FOLDER.resolve("values.schema.json").toFile()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
