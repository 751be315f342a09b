package io.ordersystem.devstack.profile;

import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import one.convert.Arguments;
import one.convert.JfrToFlame;

/** What a recording says of one event: drawn as a flame graph, and summed up by frame. */
final class Profile {
  /** A frame with what was spent in itself, not in what it called. */
  record Hot(String frame, long amount) {}

  /** Frames of a wait: who waits is the one before them. */
  private static final Pattern WAITING =
      Pattern.compile(
          "jdk\\.internal\\.misc\\.Unsafe|java\\.util\\.concurrent\\.(locks\\..*|Semaphore.*)");

  /** Lambdas and proxies are named anew in each process. */
  private static final Pattern HIDDEN = Pattern.compile("[/+].*");

  private static final String RECORDER = "jdk.jfr.internal.";

  private final ProfiledEvent event;
  private final Predicate<RecordedEvent> started;
  private final Map<String, Long> self = new HashMap<>();
  private long samples;
  private long missed;
  private long amount;

  private Profile(ProfiledEvent event, Predicate<RecordedEvent> started) {
    this.event = event;
    this.started = started;
  }

  /**
   * Reads a recording and draws what counts of it. When that is nothing, there is no page.
   *
   * @param title a heading, as HTML
   * @param page becomes one HTML file that needs no other and no network
   * @throws IOException when the recording cannot be read, or the page cannot be written
   */
  static Profile draw(Path recording, ProfiledEvent event, String title, Path page)
      throws IOException {
    var profile =
        new Profile(event, event == ProfiledEvent.ALLOC ? notFirst(recording) : any -> true);
    Path counted = Files.createTempFile("order-system-", ".jfr");
    try {
      try (var file = new RecordingFile(recording)) {
        file.write(counted, profile::takes);
      }
      if (profile.samples > 0) {
        JfrToFlame.convert(counted.toString(), page.toString(), conversion(event, title));
      } else {
        Files.deleteIfExists(page); // an older one would pass for this one's
      }
    } finally {
      Files.deleteIfExists(counted);
    }
    return profile;
  }

  /** How many events are drawn. */
  long samples() {
    return samples;
  }

  /** How many samples are missing because no stack could be taken. */
  long missed() {
    return missed;
  }

  /** How much the samples stand for together, in the event's measure. */
  long amount() {
    return amount;
  }

  /** The frames with most of it in themselves, most first. */
  List<Hot> hottest(int limit) {
    return self.entrySet().stream()
        .map(frame -> new Hot(frame.getKey(), frame.getValue()))
        .sorted(Comparator.comparingLong(Hot::amount).reversed().thenComparing(Hot::frame))
        .limit(limit)
        .toList();
  }

  private boolean takes(RecordedEvent seen) {
    missed += event.missed(seen);
    if (!event.isShownBy(seen) || !started.test(seen)) {
      return false;
    }
    var stack = seen.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty()) {
      missed++;
      return false;
    }
    if (stack.getFrames().stream().anyMatch(frame -> type(frame).startsWith(RECORDER))) {
      return false; // The recording itself is not what is asked for.
    }
    samples++;
    amount += event.amount(seen);
    self.merge(hot(seen, stack), event.amount(seen), Long::sum);
    return true;
  }

  private String hot(RecordedEvent seen, RecordedStackTrace stack) {
    var subject = event.subject(seen);
    if (subject == null) {
      return name(stack.getFrames().getFirst());
    }
    var frame =
        stack.getFrames().stream()
            .filter(caller -> !WAITING.matcher(type(caller)).matches())
            .findFirst()
            .orElse(stack.getFrames().getFirst());
    return readable(subject.getName()) + " in " + name(frame);
  }

  private static String name(RecordedFrame frame) {
    return readable(type(frame)) + "." + frame.getMethod().getName();
  }

  private static String type(RecordedFrame frame) {
    return frame.getMethod().getType().getName();
  }

  private static String readable(String className) {
    return className.startsWith("[")
        ? ClassDesc.ofDescriptor(className.replace('.', '/')).displayName()
        : HIDDEN.matcher(className).replaceFirst("");
  }

  /**
   * All but the first event of each thread: that one stands for everything that the thread has
   * allocated since it began, however long before the recording that was.
   */
  private static Predicate<RecordedEvent> notFirst(Path recording) throws IOException {
    var first = new HashMap<Long, Instant>();
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        var seen = file.readEvent();
        if (ProfiledEvent.ALLOC.isShownBy(seen)) {
          first.merge(
              thread(seen), seen.getStartTime(), (one, other) -> one.isBefore(other) ? one : other);
        }
      }
    }
    return seen -> !seen.getStartTime().equals(first.get(thread(seen)));
  }

  private static long thread(RecordedEvent seen) {
    var thread = seen.getThread();
    return thread == null ? 0 : thread.getId();
  }

  private static Arguments conversion(ProfiledEvent event, String title) {
    var conversion = new Arguments();
    conversion.output = "html";
    conversion.title = title;
    conversion.dot = true;
    conversion.norm = true;
    event.choose(conversion);
    return conversion;
  }
}
