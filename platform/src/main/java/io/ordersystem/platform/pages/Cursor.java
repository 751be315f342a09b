package io.ordersystem.platform.pages;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An opaque cursor: the key of the last row of a page, bound to the query that it came from.
 *
 * @param query everything that makes the list what it is: route and filters
 */
public record Cursor(String query) {
  private static final char SEPARATOR = '\n';

  /** The cursor that continues after this key. */
  public String after(String lastKey) {
    String plain = Integer.toHexString(query.hashCode()) + SEPARATOR + lastKey;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The key that a cursor continues after; null for the first page.
   *
   * @throws DomainException {@code invalid-cursor} for one that is damaged or of another query
   */
  public @Nullable String read(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      String plain = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      int cut = plain.indexOf(SEPARATOR);
      if (cut > 0 && plain.substring(0, cut).equals(Integer.toHexString(query.hashCode()))) {
        return plain.substring(cut + 1);
      }
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    throw invalid();
  }

  /** The same for lists whose key is an id. */
  public @Nullable UUID readId(@Nullable String cursor) {
    String key = read(cursor);
    try {
      return key == null ? null : UUID.fromString(key);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static DomainException invalid() {
    return new DomainException(
        ProblemType.INVALID_CURSOR, "the cursor is damaged or of another query");
  }
}
