package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * As much of a Kubernetes API server as Helm and kubectl need to keep objects: discovery, and
 * storing, listing, changing and removing what they send. It runs no controllers, so there are no
 * pods and nothing is ever ready, and it checks nothing: that is {@link KubernetesModel}'s part.
 */
final class ApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  /** What a body in protobuf begins with. */
  private static final byte[] PROTOBUF = {'k', '8', 's', 0};

  /** Kinds by group and version, each with its plural. */
  private static final Map<String, Map<String, String>> KINDS =
      Map.of(
          "v1",
          Map.of(
              "Namespace", "namespaces",
              "Secret", "secrets",
              "ConfigMap", "configmaps",
              "Service", "services",
              "ServiceAccount", "serviceaccounts"),
          "apps/v1",
          Map.of("Deployment", "deployments"),
          "batch/v1",
          Map.of("Job", "jobs", "CronJob", "cronjobs"),
          "autoscaling/v2",
          Map.of("HorizontalPodAutoscaler", "horizontalpodautoscalers"),
          "policy/v1",
          Map.of("PodDisruptionBudget", "poddisruptionbudgets"),
          "networking.k8s.io/v1",
          Map.of("NetworkPolicy", "networkpolicies", "Ingress", "ingresses"));

  private final HttpServer server;
  private final SortedMap<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
  private final AtomicLong versions = new AtomicLong();
  private volatile Predicate<String> lost = path -> false;

  ApiServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** What {@code KUBECONFIG} has to say. */
  String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: c, cluster: {server: 'http://127.0.0.1:%d'}}]
    contexts: [{name: c, context: {cluster: c, user: u}}]
    users: [{name: u, user: {token: t}}]
    current-context: c
    """
        .formatted(server.getAddress().getPort());
  }

  /** Paths of the objects that are there. */
  List<String> paths() {
    return List.copyOf(objects.keySet());
  }

  /** From now on answers that it has stored or removed what it has not, to see somebody notice. */
  void lose(Predicate<String> paths) {
    lost = paths;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private record Answer(int status, JsonNode body) {}

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      // What it would know of kinds is asked for in protobuf, of which nothing is an empty
      // document.
      boolean isSchema = exchange.getRequestURI().getPath().equals("/openapi/v2");
      Answer answer = answer(exchange);
      byte[] body = isSchema ? new byte[0] : JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Whatever goes wrong here is said, or the caller would only see an end without an answer. */
  private Answer answer(HttpExchange exchange) {
    try {
      return answered(exchange);
    } catch (IOException | RuntimeException e) {
      return failure(500, "InternalError", exchange.getRequestURI() + ": " + e);
    }
  }

  private Answer answered(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    String path = uri.getPath();
    Optional<JsonNode> discovered = discovery(path);
    if (discovered.isPresent()) {
      return new Answer(200, discovered.get());
    }
    Resource resource = Resource.of(path);
    if (resource == null) {
      return missing(path);
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean dry = query(uri).containsKey("dryRun");
    return switch (exchange.getRequestMethod()) {
      case "GET" -> resource.name() == null ? list(resource, uri) : get(path);
      case "POST" -> store(path + "/", resource, read(body), 201, dry);
      case "PUT" -> store(path, resource, read(body), 200, dry);
      case "PATCH" -> patch(path, resource, read(body), isApply(exchange), dry);
      case "DELETE" -> delete(path);
      default -> missing(path);
    };
  }

  /** YAML, JSON, or a secret in protobuf, which is how Helm keeps its releases. */
  private static JsonNode read(byte[] body) throws IOException {
    if (body.length < PROTOBUF.length
        || !Arrays.equals(body, 0, PROTOBUF.length, PROTOBUF, 0, PROTOBUF.length)) {
      return YAML.readTree(body);
    }
    var unknown = Runtime.Unknown.parseFrom(Arrays.copyOfRange(body, PROTOBUF.length, body.length));
    if (!unknown.getTypeMeta().getKind().equals("Secret")) {
      throw new IOException("protobuf of " + unknown.getTypeMeta().getKind());
    }
    var secret = V1.Secret.parseFrom(unknown.getRaw());
    var data = new TreeMap<String, byte[]>();
    secret.getDataMap().forEach((key, value) -> data.put(key, value.toByteArray()));
    return JSON.valueToTree(
        Map.of(
            "type",
            secret.getType(),
            "metadata",
            Map.of(
                "name",
                secret.getMetadata().getName(),
                "labels",
                secret.getMetadata().getLabelsMap()),
            "data",
            data));
  }

  private static boolean isApply(HttpExchange exchange) {
    return exchange.getRequestHeaders().getFirst("Content-Type").startsWith("application/apply");
  }

  /**
   * A path below a version.
   *
   * @param name null for the collection
   */
  private record Resource(String apiVersion, String plural, @Nullable String name) {
    static @Nullable Resource of(String path) {
      String[] parts = path.substring(1).split("/");
      int at = parts[0].equals("api") ? 2 : 3;
      if (parts.length <= at) {
        return null;
      }
      String apiVersion = at == 2 ? parts[1] : parts[1] + "/" + parts[2];
      if (parts[at].equals("namespaces") && parts.length > at + 2) {
        at += 2;
      }
      return new Resource(apiVersion, parts[at], parts.length > at + 1 ? parts[at + 1] : null);
    }

    String kind() {
      return KINDS.getOrDefault(apiVersion, Map.of()).entrySet().stream()
          .filter(it -> it.getValue().equals(plural))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse("Unknown");
    }
  }

  private static Optional<JsonNode> discovery(String path) {
    Object found =
        switch (path) {
          case "/version" -> Map.of("major", "1", "minor", "34", "gitVersion", "v1.34.0");
          case "/openapi/v2", "/openapi/v3" -> Map.of("paths", Map.of());
          case "/api" -> Map.of("kind", "APIVersions", "versions", List.of("v1"));
          case "/apis" ->
              Map.of(
                  "kind",
                  "APIGroupList",
                  "apiVersion",
                  "v1",
                  "groups",
                  KINDS.keySet().stream()
                      .filter(it -> it.contains("/"))
                      .map(ApiServer::group)
                      .toList());
          default -> resources(path.replaceFirst("^/apis?/", ""));
        };
    return Optional.ofNullable(found).map(JSON::valueToTree);
  }

  private static Map<String, Object> group(String apiVersion) {
    var version =
        Map.of(
            "groupVersion",
            apiVersion,
            "version",
            apiVersion.substring(apiVersion.indexOf('/') + 1));
    return Map.of(
        "name",
        apiVersion.substring(0, apiVersion.indexOf('/')),
        "versions",
        List.of(version),
        "preferredVersion",
        version);
  }

  private static @Nullable Object resources(String apiVersion) {
    Map<String, String> kinds = KINDS.get(apiVersion);
    if (kinds == null) {
      return null;
    }
    var resources =
        kinds.entrySet().stream()
            .map(it ->
                Map.of(
                    "name",
                    it.getValue(),
                    "singularName",
                    "",
                    "namespaced",
                    !it.getKey().equals("Namespace"),
                    "kind",
                    it.getKey(),
                    "verbs",
                    List.of("create", "delete", "get", "list", "patch", "update")))
            .toList();
    return Map.of(
        "kind",
        "APIResourceList",
        "apiVersion",
        "v1",
        "groupVersion",
        apiVersion,
        "resources",
        resources);
  }

  private Answer get(String path) {
    ObjectNode found = objects.get(path);
    return found == null ? missing(path) : new Answer(200, found);
  }

  private Answer list(Resource resource, URI uri) {
    Map<String, String> labels = new LinkedHashMap<>();
    String selector = query(uri).getOrDefault("labelSelector", "");
    Arrays.stream(selector.split(","))
        .filter(it -> it.contains("="))
        .map(it -> it.split("=+", 2))
        .forEach(it -> labels.put(it[0], it[1]));
    var list = JSON.createObjectNode();
    list.put("kind", resource.kind() + "List");
    list.put("apiVersion", resource.apiVersion());
    list.putObject("metadata").put("resourceVersion", Long.toString(versions.get()));
    var items = list.putArray("items");
    objects.forEach((path, object) -> {
      if (path.startsWith(uri.getPath() + "/")
          && labels.entrySet().stream()
              .allMatch(it ->
                  object.at("/metadata/labels").path(it.getKey()).asText().equals(it.getValue()))) {
        items.add(object);
      }
    });
    return new Answer(200, list);
  }

  /** A path that ends in a slash gets the object's name. */
  private Answer store(String path, Resource resource, JsonNode sent, int status, boolean dry) {
    var object = ((ObjectNode) sent).deepCopy();
    object.put("kind", resource.kind());
    object.put("apiVersion", resource.apiVersion());
    var metadata = object.withObjectProperty("metadata");
    String at = path.endsWith("/") ? path + metadata.path("name").asText() : path;
    String[] parts = at.split("/");
    int namespace = Arrays.asList(parts).indexOf("namespaces");
    if (namespace >= 0 && parts.length > namespace + 2) {
      metadata.put("namespace", parts[namespace + 1]);
    }
    if (status == 201 && objects.containsKey(at)) {
      return failure(409, "AlreadyExists", at);
    }
    metadata.put("uid", UUID.nameUUIDFromBytes(at.getBytes(StandardCharsets.UTF_8)).toString());
    metadata.put("resourceVersion", Long.toString(versions.incrementAndGet()));
    metadata.put("creationTimestamp", Instant.EPOCH.truncatedTo(ChronoUnit.SECONDS).toString());
    if (!dry && !lost.test(at)) {
      objects.put(at, object);
    }
    return new Answer(status, object);
  }

  private Answer patch(String path, Resource resource, JsonNode sent, boolean apply, boolean dry) {
    ObjectNode before = objects.get(path);
    if (before == null) {
      return apply ? store(path, resource, sent, 201, dry) : missing(path);
    }
    return store(path, resource, apply ? sent : merged(before, sent), 200, dry);
  }

  /** RFC 7396, which is what the patches of these objects come to. */
  private static JsonNode merged(JsonNode before, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    var result = before.isObject() ? ((ObjectNode) before).deepCopy() : JSON.createObjectNode();
    patch
        .propertyStream()
        .filter(it -> !it.getKey().startsWith("$"))
        .forEach(it -> {
          if (it.getValue().isNull()) {
            result.remove(it.getKey());
          } else {
            result.set(it.getKey(), merged(result.path(it.getKey()), it.getValue()));
          }
        });
    return result;
  }

  /** A namespace goes with all that is in it. */
  private Answer delete(String path) {
    if (!objects.containsKey(path)) {
      return missing(path);
    }
    if (!lost.test(path)) {
      objects.remove(path);
      if (path.startsWith("/api/v1/namespaces/")) {
        String name = path.substring("/api/v1".length()) + "/";
        objects.keySet().removeIf(other -> other.contains(name));
      }
    }
    return new Answer(
        200, JSON.valueToTree(Map.of("kind", "Status", "apiVersion", "v1", "status", "Success")));
  }

  private static Answer missing(String path) {
    return failure(404, "NotFound", path);
  }

  private static Answer failure(int code, String reason, String path) {
    return new Answer(
        code,
        JSON.valueToTree(
            Map.of(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "status",
                "Failure",
                "reason",
                reason,
                "message",
                reason + " " + path,
                "code",
                code)));
  }

  private static Map<String, String> query(URI uri) {
    var parameters = new TreeMap<String, String>();
    if (uri.getRawQuery() != null) {
      for (String part : uri.getRawQuery().split("&")) {
        String[] pair = part.split("=", 2);
        parameters.put(
            URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
            pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }
}
