package io.ordersystem.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ordersystem.system.CardProbe.Answered;
import io.ordersystem.system.CardProbe.Target;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Every place of every endpoint that a caller can write a text into, read off the contracts that
 * the services generate from their code: a new endpoint or field is probed without anybody thinking
 * of it.
 */
final class ContractProbes {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  /** Bodies that a provider signs are neither looked through nor stored: {@code @ForeignBody}. */
  private static final String SIGNED = "POST /api/payments/webhooks/stripe";

  /** Whoever may do it: an operator if possible. */
  private static final List<String> ROLES = List.of("operator", "service", "seller", "customer");

  /** Headers that stand for a request or an intent: ids of the caller's own making. */
  private static final Set<String> HEADERS_WITH_IDS = Set.of("Idempotency-Key", "X-Request-Id");

  private final TestCards cards;
  private final List<CardProbe> probes = new ArrayList<>();
  private final Set<String> endpoints = new TreeSet<>();
  private final Set<String> exceptedNames = new TreeSet<>();
  private final Set<String> refusedNames = new TreeSet<>();

  private ContractProbes(TestCards cards) {
    this.cards = cards;
  }

  /** Of every {@code *-service.yaml} there. */
  static ContractProbes of(Path contracts, TestCards cards) throws IOException {
    var made = new ContractProbes(cards);
    try (Stream<Path> files = Files.list(contracts)) {
      for (Path file :
          files.filter(path -> path.toString().endsWith("-service.yaml")).sorted().toList()) {
        made.add(new YAMLMapper().readTree(Files.readString(file)));
      }
    }
    return made;
  }

  List<CardProbe> probes() {
    return probes;
  }

  /** Method and path of each operation. */
  Set<String> endpoints() {
    return endpoints;
  }

  /** Names of values that may look like card numbers. */
  Set<String> exceptedNames() {
    return exceptedNames;
  }

  /** Names of values that may not. */
  Set<String> refusedNames() {
    return refusedNames;
  }

  /** The rule of the platform's {@code FreeText}, written down once more. */
  static boolean isId(String name) {
    return name.endsWith("Id")
        || name.endsWith("Key")
        || Set.of("id", "key", "sku", "trackingNumber", "orderNumber", "cursor", "after")
            .contains(name);
  }

  private void add(JsonNode contract) {
    contract
        .path("paths")
        .fields()
        .forEachRemaining(path ->
            path.getValue()
                .fields()
                .forEachRemaining(method -> {
                  if (METHODS.contains(method.getKey())) {
                    new Operation(contract, path.getKey(), method.getKey(), method.getValue())
                        .probe();
                  }
                }));
  }

  /** One method of one path. */
  private final class Operation {
    private final JsonNode contract;
    private final String template;
    private final String method;
    private final JsonNode description;
    private final String name;
    private final String role;

    private Operation(JsonNode contract, String template, String method, JsonNode description) {
      this.contract = contract;
      this.template = template;
      this.method = method.toUpperCase(Locale.ROOT);
      this.description = description;
      this.name = this.method + " " + template;
      this.role = role();
    }

    private void probe() {
      endpoints.add(name);
      path();
      query();
      headers();
      if (name.equals(SIGNED)) {
        return;
      }
      bodies().forEach(this::body);
    }

    /** The roles that are listed there may call it; without any everybody may. */
    private String role() {
      var listed = new ArrayList<String>();
      description
          .path("security")
          .forEach(scheme -> scheme.forEach(roles -> roles.forEach(r -> listed.add(r.asText()))));
      return listed.isEmpty()
          ? ""
          : ROLES.stream()
              .filter(listed::contains)
              .findFirst()
              .orElseThrow(() -> new AssertionError("nobody may " + name));
    }

    private void path() {
      for (String parameter : parameters("path")) {
        String number = cards.id();
        add(
            "path " + parameter,
            filled(template.replace("{" + parameter + "}", number)),
            plausibleHeaders(),
            plausibleBody(),
            number,
            new Answered.TakenForAnId());
      }
      String number = cards.id();
      add(
          "path below",
          filled(template) + "/" + number,
          plausibleHeaders(),
          plausibleBody(),
          number,
          new Answered.TakenForAnId());
    }

    private void query() {
      for (String parameter : parameters("query")) {
        if (isId(parameter)) {
          exceptedNames.add(parameter);
          String number = cards.id();
          query(parameter, number, number, new Answered.TakenForAnId());
        } else {
          refusedNames.add(parameter);
          for (int spelling = 0; spelling < TestCards.SPELLINGS; spelling++) {
            String number = cards.freeText();
            query(
                parameter,
                TestCards.spellings(number).get(spelling),
                number,
                new Answered.Refused("/" + parameter));
          }
        }
      }
      String number = cards.freeText();
      query("nobodyReadsThis", number, number, new Answered.Refused("/nobodyReadsThis"));
      number = cards.freeText();
      query(number, "x", number, new Answered.Refused(""));
    }

    private void query(String parameter, String value, String number, Answered answered) {
      add(
          "query " + parameter,
          filled(template) + "?" + encoded(parameter) + "=" + encoded(value),
          plausibleHeaders(),
          plausibleBody(),
          number,
          answered);
    }

    private void headers() {
      var names = new TreeSet<>(parameters("header"));
      names.addAll(HEADERS_WITH_IDS);
      names.addAll(List.of("User-Agent", "X-Nobody-Reads-This", "Accept-Language", "Referer"));
      for (String header : names) {
        boolean id = HEADERS_WITH_IDS.contains(header);
        String number = id ? cards.id() : cards.freeText();
        var sent = plausibleHeaders();
        sent.put(header, number);
        add(
            "header " + header,
            filled(template),
            sent,
            plausibleBody(),
            number,
            id ? new Answered.TakenForAnId() : new Answered.NotRepeated());
      }
    }

    private void body(String mediaType, RequestSchema schema) {
      List<RequestSchema.Place> places = schema.places();
      if (places.isEmpty()) {
        throw new AssertionError(name + " has a body and no place that could be probed");
      }
      for (RequestSchema.Place place : places) {
        if (isId(place.name())) {
          exceptedNames.add(place.name());
          String number = cards.id();
          value(
              mediaType,
              schema,
              place,
              TextNode.valueOf(number),
              number,
              new Answered.TakenForAnId());
        } else {
          refusedNames.add(place.name());
          freeText(mediaType, schema, place);
        }
      }
      nobodyReads(mediaType, schema.document());
    }

    private void freeText(String mediaType, RequestSchema schema, RequestSchema.Place place) {
      var refused = new Answered.Refused(place.pointer());
      for (int spelling = 0; spelling < TestCards.SPELLINGS; spelling++) {
        String number = cards.freeText();
        String text = TestCards.spellings(number).get(spelling);
        value(mediaType, schema, place, TextNode.valueOf(text), number, refused);
      }
      String number = cards.freeText();
      value(
          mediaType,
          schema,
          place,
          JsonNodeFactory.instance.numberNode(new BigInteger(number)),
          number,
          refused);
    }

    private void value(
        String mediaType,
        RequestSchema schema,
        RequestSchema.Place place,
        JsonNode value,
        String number,
        Answered answered) {
      body(
          "body " + place.pointer(),
          mediaType,
          schema.document(place, value).toString(),
          number,
          answered);
    }

    /** Members and texts that no schema knows, and what is no JSON at all. */
    private void nobodyReads(String mediaType, JsonNode plausible) {
      String pointer = plausible.isArray() ? "/0" : "";
      String number = cards.freeText();
      JsonNode extended = plausible.deepCopy();
      object(extended).put("nobodyReadsThis", number);
      body(
          "body, a member that nobody reads",
          mediaType,
          extended.toString(),
          number,
          new Answered.Refused(pointer + "/nobodyReadsThis"));
      number = cards.freeText();
      extended = plausible.deepCopy();
      object(extended).put(number, 1);
      body(
          "body, a member's name",
          mediaType,
          extended.toString(),
          number,
          new Answered.Refused(pointer));
      number = cards.freeText();
      body("body, nothing else", mediaType, "\"" + number + "\"", number, new Answered.Refused(""));
      number = cards.freeText();
      body("body, cut off", mediaType, "{\"reason\": \"" + number, number, unread());
      number = cards.freeText();
      body("body, without quotes", mediaType, "{reason: " + number + "}", number, unread());
      number = cards.freeText();
      body("body, in plain text", "text/plain", number, number, unread());
    }

    private static ObjectNode object(JsonNode document) {
      return (ObjectNode) (document instanceof ArrayNode ? document.get(0) : document);
    }

    private static Answered unread() {
      return new Answered.NotRepeated();
    }

    private void body(
        String place, String mediaType, String body, String number, Answered answered) {
      var headers = plausibleHeaders();
      headers.put("Content-Type", mediaType);
      add(place, filled(template), headers, body, number, answered);
    }

    private void add(
        String place,
        String path,
        Map<String, String> headers,
        String body,
        String number,
        Answered answered) {
      probes.add(
          new CardProbe(
              name + ": " + place,
              Target.GATEWAY,
              method,
              path,
              role,
              headers,
              body,
              number,
              answered));
    }

    private List<String> parameters(String in) {
      var names = new ArrayList<String>();
      for (JsonNode parameter : description.path("parameters")) {
        if (parameter.has("$ref")) {
          throw new AssertionError(name + " shares a parameter: look it up");
        }
        if (parameter.path("in").asText().equals(in)) {
          names.add(parameter.path("name").asText());
        }
      }
      return names;
    }

    private Map<String, RequestSchema> bodies() {
      var bodies = new HashMap<String, RequestSchema>();
      description
          .path("requestBody")
          .path("content")
          .fields()
          .forEachRemaining(content -> {
            if (!content.getKey().contains("json")) {
              throw new AssertionError(name + " takes " + content.getKey() + ": probe it, too");
            }
            bodies.put(
                content.getKey(), new RequestSchema(contract, content.getValue().path("schema")));
          });
      return bodies;
    }

    private Map<String, String> plausibleHeaders() {
      var headers = new HashMap<String, String>();
      if (description.has("requestBody")) {
        headers.put("Content-Type", "application/json");
      }
      return headers;
    }

    private String plausibleBody() {
      RequestSchema schema = bodies().get("application/json");
      return schema == null ? "" : schema.document().toString();
    }

    private static String filled(String path) {
      return path.replaceAll("\\{\\w+}", UUID.randomUUID().toString());
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }
}
