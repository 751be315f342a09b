package io.ordersystem.platform.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.ordersystem.platform.cards.CardNumbers;
import io.ordersystem.platform.problem.DomainException.Invalid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for card numbers in a JSON document, token by token: in texts and in numbers (which are
 * read as text where text is expected), whether anybody reads the member or not, and in the names
 * of members.
 */
final class CardsInJson {
  private final JsonParser json;
  private final List<Invalid> faults = new ArrayList<>();

  private CardsInJson(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads the first value, to its end; what follows it nobody reads either.
   *
   * @throws IOException when it is not well-formed up to there
   */
  static List<Invalid> find(JsonParser json) throws IOException {
    var search = new CardsInJson(json);
    search.document();
    return search.faults;
  }

  private void document() throws IOException {
    JsonToken token = json.nextToken();
    while (token != null) {
      look(token);
      if (json.getParsingContext().inRoot()) {
        return;
      }
      token = json.nextToken();
    }
  }

  private void look(JsonToken token) throws IOException {
    if (faults.size() >= FreeText.REPORTED) {
      return;
    }
    if (token == JsonToken.FIELD_NAME) {
      if (CardNumbers.contains(json.currentName())) {
        faults.add(
            new Invalid(
                pointer(json.getParsingContext().getParent()),
                "must not have a member whose name holds a card number"));
        passOverValue();
      }
    } else if ((token == JsonToken.VALUE_STRING || token.isNumeric())
        && CardNumbers.contains(json.getText())
        && !isId(json.getParsingContext())) {
      faults.add(FreeText.holdsCard(pointer(json.getParsingContext())));
    }
  }

  /** What is inside of a refused member: its pointer would repeat the number. */
  private void passOverValue() throws IOException {
    if (json.nextToken() != null) {
      json.skipChildren();
    }
  }

  /** An element of an array is what the array is. */
  private static boolean isId(JsonStreamContext value) {
    JsonStreamContext named = value;
    while (named.inArray() && named.getParent() != null) {
      named = named.getParent();
    }
    return named.getCurrentName() != null && FreeText.isId(named.getCurrentName());
  }

  private static String pointer(JsonStreamContext place) {
    return JsonPointer.forPath(place, false).toString();
  }
}
