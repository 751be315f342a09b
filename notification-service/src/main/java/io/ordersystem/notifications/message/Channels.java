package io.ordersystem.notifications.message;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The channels to people that this release has, by their names. */
@Singleton
public class Channels {
  private static final Pattern NAME = Pattern.compile("[A-Z]{2,20}");

  private final Map<String, Channel<Message, Void>> byName = new TreeMap<>();

  Channels(@All List<Channel<Message, Void>> channels) {
    for (Channel<Message, Void> channel : channels) {
      String name = channel.name();
      if (!NAME.matcher(name).matches() || byName.put(name, channel) != null) {
        throw new IllegalStateException("no name of its own for a channel: " + name);
      }
    }
  }

  /** All of them, by name. */
  public List<Channel<Message, Void>> all() {
    return new ArrayList<>(byName.values());
  }

  /** Their names, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }
}
