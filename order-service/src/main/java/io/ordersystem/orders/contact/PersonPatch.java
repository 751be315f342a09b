package io.ordersystem.orders.contact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ordersystem.orders.order.AddressRequest;
import io.ordersystem.orders.order.ContactRequest;
import io.ordersystem.orders.order.Header;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON Merge Patch (RFC 7396) of the two members of an order that can be changed: {@code
 * shippingAddress} and {@code contact}. What comes out must be as valid as in a new order.
 */
@Singleton
class PersonPatch {
  private static final String ADDRESS = "shippingAddress";
  private static final String CONTACT = "contact";

  private final ObjectMapper json;
  private final Validator validator;

  PersonPatch(ObjectMapper json, Validator validator) {
    this.json = json;
    this.validator = validator;
  }

  /**
   * Refuses a patch that could change nothing.
   *
   * @throws DomainException {@code validation-failed}
   */
  void require(JsonNode patch) {
    if (!patch.isObject() || !(patch.has(ADDRESS) || patch.has(CONTACT))) {
      throw invalid("", "must be an object with shippingAddress or contact");
    }
  }

  Header.Person apply(Header.Person before, JsonNode patch) {
    var address =
        read(ADDRESS, merged(before.shippingAddress(), patch.get(ADDRESS)), AddressRequest.class);
    var contact = read(CONTACT, merged(before.contact(), patch.get(CONTACT)), ContactRequest.class);
    return new Header.Person(
        address == null ? null : address.toContract(),
        contact == null ? null : contact.toContract());
  }

  /** Absent in the patch: as it was. Null: gone. Else member by member. */
  private @Nullable JsonNode merged(@Nullable Object before, @Nullable JsonNode patch) {
    JsonNode was = before == null ? null : json.valueToTree(before);
    if (patch == null) {
      return was;
    }
    if (patch.isNull()) {
      return null;
    }
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged = was instanceof ObjectNode object ? object : json.createObjectNode();
    patch
        .properties()
        .forEach(member -> {
          if (member.getValue().isNull()) {
            merged.remove(member.getKey());
          } else {
            merged.set(member.getKey(), member.getValue());
          }
        });
    return merged;
  }

  private <T> @Nullable T read(String member, @Nullable JsonNode value, Class<T> type) {
    if (value == null) {
      return null;
    }
    T read;
    try {
      read = json.treeToValue(value, type);
    } catch (JsonProcessingException e) {
      throw invalid("/" + member, "has the wrong type or an impossible value");
    }
    List<Invalid> errors =
        validator.validate(read).stream()
            .map(violation ->
                new Invalid(
                    "/" + member + "/" + violation.getPropertyPath(), violation.getMessage()))
            .toList();
    if (!errors.isEmpty()) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          errors.getFirst().pointer() + " " + errors.getFirst().message(),
          errors);
    }
    return read;
  }

  private static DomainException invalid(String pointer, String message) {
    return new DomainException(
        ProblemType.VALIDATION_FAILED,
        (pointer + " " + message).strip(),
        List.of(new Invalid(pointer, message)));
  }
}
