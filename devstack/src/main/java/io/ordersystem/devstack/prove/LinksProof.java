package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.link.LinkMode;
import io.ordersystem.devstack.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Networks between the services and what they stand on break while orders are placed. */
final class LinksProof implements Proof {
  /** Longer than a session of Kafka, and than a caller waits for a connection to the database. */
  private static final Duration BROKEN = Duration.ofSeconds(12);

  private static final Duration QUICK_BROKEN = Duration.ofSeconds(2);
  private static final long DELAY_MILLIS = 300;

  /** Enough to connect, and too few for a transaction, a batch of events or a charge. */
  private static final long BYTES = 800;

  /**
   * A break of a link.
   *
   * @param stops whether no order can be decided while it lasts: then it must be seen to bite
   */
  private record Break(String link, LinkMode mode, long value, boolean stops) {}

  private static final List<Break> QUICK =
      List.of(
          new Break("postgres", LinkMode.DROP_AFTER, BYTES, true),
          new Break("replica", LinkMode.CUT, 0, false),
          new Break("kafka", LinkMode.CUT, 0, true),
          new Break("provider", LinkMode.PAUSE, 0, true));

  @Override
  public String name() {
    return "links";
  }

  @Override
  public String promise() {
    return "whatever breaks between the services and what they stand on, every order ends as it should";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty("--links")) {
      return false;
    }
    boolean holds = true;
    for (Break broken : quick ? QUICK : all()) {
      holds &= endsWell(scene, broken, quick ? QUICK_BROKEN : BROKEN);
    }
    return holds & scene.booksAreClean();
  }

  private static List<Break> all() {
    return Stream.of("postgres", "replica", "kafka", "provider")
        .flatMap(link -> {
          // Whoever cannot read the replica reads the primary.
          boolean stops = !link.equals("replica");
          return Stream.of(
              new Break(link, LinkMode.CUT, 0, stops),
              new Break(link, LinkMode.PAUSE, 0, stops),
              new Break(link, LinkMode.DELAY, DELAY_MILLIS, false),
              new Break(link, LinkMode.DROP_AFTER, BYTES, stops));
        })
        .toList();
  }

  private static boolean endsWell(Scene scene, Break broken, Duration time) throws Exception {
    var links = scene.links();
    long began = System.nanoTime();
    try (var client = scene.client();
        var thread = Executors.newSingleThreadExecutor()) {
      var orders = new Orders(client);
      orders.offerPlenty();
      links.set(broken.link(), broken.mode(), broken.value());
      boolean early;
      Future<List<String>> ends;
      try {
        ends = thread.submit(() -> orders.placeEachKind("links-" + began));
        early = Await.within(time, ends::isDone);
      } finally {
        links.set(broken.link(), LinkMode.HEAL, 0);
      }
      List<String> wrong = ends.get();
      boolean bit = !early || !broken.stops();
      scene.say(
          "%-8s %-10s %s, %4.1f s%s",
          broken.link(),
          broken.mode().id(),
          wrong.isEmpty() ? "one order of each kind ended as it should" : "WRONG: " + wrong,
          Scene.seconds(began),
          bit ? "" : ", BUT THE BREAK STOPPED NOTHING");
      return wrong.isEmpty() && bit;
    }
  }
}
