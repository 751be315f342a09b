package io.ordersystem.platform.cards;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stands in a log for a throwable whose text, or a cause's, holds a card number. */
@SuppressWarnings("OverrideThrowableToString") // A message alone would show this class's name
final class MaskedThrowable extends Throwable {
  private static final long serialVersionUID = 1L;

  private final String text;

  private MaskedThrowable(Throwable original) {
    super(masked(original.getMessage()));
    this.text = CardNumbers.mask(original.toString());
    setStackTrace(original.getStackTrace());
  }

  /** The throwable itself when there is nothing to hide, else its like. */
  static Throwable of(Throwable thrown) {
    return holdsCard(thrown, Collections.newSetFromMap(new IdentityHashMap<>()))
        ? like(thrown, new IdentityHashMap<>())
        : thrown;
  }

  /** As the original: its class and its message. */
  @Override
  public String toString() {
    return text;
  }

  private static boolean holdsCard(@Nullable Throwable thrown, Set<Throwable> seen) {
    if (thrown == null || !seen.add(thrown)) {
      return false;
    }
    if (CardNumbers.contains(thrown.toString()) || holdsCard(thrown.getCause(), seen)) {
      return true;
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      if (holdsCard(suppressed, seen)) {
        return true;
      }
    }
    return false;
  }

  /** A throwable may be its own cause's cause: each is copied once. */
  private static MaskedThrowable like(
      Throwable original, Map<Throwable, MaskedThrowable> originals) {
    MaskedThrowable known = originals.get(original);
    if (known != null) {
      return known;
    }
    var like = new MaskedThrowable(original);
    originals.put(original, like);
    if (original.getCause() != null) {
      like.initCause(like(original.getCause(), originals));
    }
    for (Throwable suppressed : original.getSuppressed()) {
      like.addSuppressed(like(suppressed, originals));
    }
    return like;
  }

  private static @Nullable String masked(@Nullable String message) {
    return message == null ? null : CardNumbers.mask(message);
  }
}
