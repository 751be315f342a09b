package io.ordersystem.notifications.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * URLs that are refused and URLs that are accepted: one a line, in text files for all to add to.
 */
final class Corpus {
  private Corpus() {}

  /**
   * One that is refused.
   *
   * @param line the URL as the file has it, with escapes
   * @param answer the addresses of its host, {@code ?} when it has none, {@code -} when nobody may
   *     ask
   */
  record Refused(String line, String answer, String reason, String tried) {
    String url() {
      return line.translateEscapes();
    }

    boolean byTheUrlAlone() {
      return answer.equals("-");
    }

    @Override
    public String toString() {
      return tried + ": " + line + (byTheUrlAlone() ? "" : " -> " + answer);
    }
  }

  /** One that is accepted. */
  record Accepted(String url, String answer, Target target, String what) {
    /** The first address of its answer, or the one that it names. */
    InetAddress address() {
      return answer.equals("-")
          ? InetAddress.ofLiteral(target.host())
          : addresses(answer).getFirst();
    }

    @Override
    public String toString() {
      return what + ": " + url;
    }
  }

  static Stream<Refused> refused() {
    return lines("refused.txt", 4)
        .map(it -> new Refused(it.get(0), it.get(1), it.get(2), it.get(3)));
  }

  static Stream<Accepted> accepted() {
    return lines("accepted.txt", 6)
        .map(it ->
            new Accepted(
                it.get(0),
                it.get(1),
                new Target(true, it.get(2), Integer.parseInt(it.get(3)), it.get(4)),
                it.get(5)));
  }

  /** A DNS that always gives the one answer of a line. */
  static Names names(String answer) {
    return host -> {
      if (answer.equals("?")) {
        throw new UnknownHostException(host);
      }
      if (answer.equals("-")) {
        throw new AssertionError("nobody may be asked for " + host);
      }
      return addresses(answer);
    };
  }

  static List<InetAddress> addresses(String... commaSeparated) {
    return Arrays.stream(commaSeparated)
        .flatMap(it -> Arrays.stream(it.split(",")))
        .map(Corpus::address)
        .toList();
  }

  /** IPv4-mapped ones stay as they are: {@link Inet6Address} can hold one. */
  private static InetAddress address(String text) {
    InetAddress address = InetAddress.ofLiteral(text);
    if (!text.contains(":") || !(address instanceof Inet4Address)) {
      return address;
    }
    try {
      byte[] mapped =
          ByteBuffer.allocate(16)
              .putShort(10, (short) 0xffff)
              .put(12, address.getAddress())
              .array();
      return Inet6Address.getByAddress(null, mapped, -1);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Stream<List<String>> lines(String file, int columns) {
    return read(file)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> List.of(line.split("\\s+\\|\\s+", -1)))
        .peek(it -> {
          if (it.size() != columns) {
            throw new IllegalArgumentException("not %d columns: %s".formatted(columns, it));
          }
        });
  }

  private static String read(String file) {
    try (InputStream in = Corpus.class.getResourceAsStream("/ssrf/" + file)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
