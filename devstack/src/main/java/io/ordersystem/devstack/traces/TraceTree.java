package io.ordersystem.devstack.traces;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The spans of one trace as a tree, each with when it began and how long it took. */
public final class TraceTree {
  private static final double MILLI = 1e6;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<KeptSpan> spans;

  private TraceTree(List<KeptSpan> spans) {
    this.spans = List.copyOf(spans);
  }

  /**
   * The newest trace in which that text is a trace's id or an attribute's value: an order's id, for
   * example, which is the key of its messages.
   *
   * @throws UncheckedIOException when the file cannot be read; one that is not there has no traces
   */
  public static Optional<TraceTree> find(Path file, String text) {
    var spans = read(file);
    return spans.reversed().stream()
        .filter(span -> span.traceId().equals(text) || span.attributes().containsValue(text))
        .findFirst()
        .map(KeptSpan::traceId)
        .map(trace ->
            new TraceTree(spans.stream().filter(span -> span.traceId().equals(trace)).toList()));
  }

  private static List<KeptSpan> read(Path file) {
    try (var lines = Files.lines(file)) {
      var spans = new ArrayList<KeptSpan>();
      for (String line : (Iterable<String>) lines::iterator) {
        spans.add(JSON.readValue(line, KeptSpan.class));
      }
      return spans;
    } catch (NoSuchFileException nothingYet) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of them, in no order. */
  public List<KeptSpan> spans() {
    return spans;
  }

  /** Those whose parent is no span of this trace: one, in a trace that has arrived in full. */
  public List<KeptSpan> roots() {
    Set<String> known = new HashSet<>();
    spans.forEach(span -> known.add(span.spanId()));
    return sorted(spans.stream().filter(span -> !known.contains(span.parentId())).toList());
  }

  /** Those that a span has caused. */
  public List<KeptSpan> children(KeptSpan parent) {
    return sorted(spans.stream().filter(span -> span.parentId().equals(parent.spanId())).toList());
  }

  /** From the first of the trace to this one. */
  public List<KeptSpan> path(KeptSpan span) {
    var path = new ArrayList<KeptSpan>(List.of(span));
    Optional<KeptSpan> parent = parent(span);
    while (parent.isPresent() && path.size() <= spans.size()) {
      path.addFirst(parent.get());
      parent = parent(parent.get());
    }
    return path;
  }

  private Optional<KeptSpan> parent(KeptSpan child) {
    return spans.stream().filter(span -> span.spanId().equals(child.parentId())).findFirst();
  }

  /** One line per span: milliseconds since the first began, milliseconds it took, what it was. */
  public String draw() {
    var text = new StringBuilder();
    long first = spans.stream().mapToLong(KeptSpan::start).min().orElse(0);
    text.append("trace ").append(spans.getFirst().traceId()).append('\n');
    text.append("%9s %9s%n".formatted("from ms", "took ms"));
    roots().forEach(root -> draw(root, 0, first, text));
    return text.toString();
  }

  private void draw(KeptSpan span, int depth, long first, StringBuilder text) {
    text.append(
        "%9.1f %9.1f  %s%s: %s%s%n"
            .formatted(
                (span.start() - first) / MILLI,
                (span.end() - span.start()) / MILLI,
                "  ".repeat(depth),
                span.service(),
                span.name(),
                span.failed() ? " FAILED" : ""));
    children(span).forEach(child -> draw(child, depth + 1, first, text));
  }

  private static List<KeptSpan> sorted(List<KeptSpan> spans) {
    return spans.stream().sorted(Comparator.comparingLong(KeptSpan::start)).toList();
  }
}
