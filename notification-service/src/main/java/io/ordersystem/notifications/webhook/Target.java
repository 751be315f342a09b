package io.ordersystem.notifications.webhook;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a webhook is called: the parts of a URL, of which every reader makes the same.
 *
 * <p>The readers of URLs differ: {@link java.net.URI} (RFC 2396) has no host at all for {@code
 * https://a_b.com} and takes an empty port; browsers and their likes (WHATWG) turn a backslash into
 * a slash, a full-width dot into a dot and {@code 0x7f.1} into 127.0.0.1. A URL that one of them
 * might understand otherwise is refused, not mended.
 *
 * @param host in lower case, without brackets; its letters are ASCII, other names are in punycode
 * @param port the one that is meant where the URL names none
 * @param pathAndQuery what the request line says, at least {@code /}
 */
record Target(boolean tls, String host, int port, String pathAndQuery) {
  private static final int LONGEST = 2048;
  private static final int LONGEST_HOST = 253; // RFC 1035, 3.1, as text
  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final int FIRST_USER_PORT = 1024;
  private static final int LAST_PORT = 65_535;

  /** Letters, digits and hyphens (RFC 1123, 2.1). */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  /** What the WHATWG's "ends in a number" looks for in the last label. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

  private static final Pattern PORT = Pattern.compile(":[1-9][0-9]{0,4}");

  /** RFC 3986, 3.3 and 3.4. */
  private static final Pattern PATH_AND_QUERY = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*");

  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /**
   * Reads a URL that somebody from outside gave us; a literal address in it is looked at at once.
   *
   * @throws TargetRefused when it is none that the rules allow
   */
  static Target parse(String url, TargetRules rules) {
    requirePlain(url);
    int schemeEnd = url.indexOf("://");
    if (schemeEnd < 1) {
      throw new TargetRefused("is no absolute URL");
    }
    boolean tls = tls(url.substring(0, schemeEnd), rules);
    String rest = url.substring(schemeEnd + "://".length());
    String authority = rest.substring(0, first(rest, '/', '?'));
    if (authority.contains("@")) {
      throw new TargetRefused("names a user");
    }
    if (authority.contains("%")) {
      throw new TargetRefused("has a percent-encoded host or a zone");
    }
    int hostEnd =
        authority.startsWith("[") ? authority.indexOf(']') + 1 : first(authority, ':', ':');
    return new Target(
        tls,
        host(authority.substring(0, hostEnd).toLowerCase(Locale.ROOT), rules),
        port(authority.substring(hostEnd), tls),
        pathAndQuery(rest.substring(authority.length())));
  }

  private static void requirePlain(String url) {
    if (url.length() > LONGEST) {
      throw new TargetRefused("has more than 2048 characters");
    }
    if (!url.chars().allMatch(it -> it > ' ' && it <= '~' && it != '\\')) {
      throw new TargetRefused("has characters other than printable ASCII, or a backslash");
    }
    if (url.contains("#")) {
      throw new TargetRefused("has a fragment");
    }
  }

  private static boolean tls(String scheme, TargetRules rules) {
    boolean tls = scheme.equalsIgnoreCase("https");
    if (!tls && !(rules.httpAllowed() && scheme.equalsIgnoreCase("http"))) {
      throw new TargetRefused("has a scheme that is not allowed");
    }
    return tls;
  }

  /** Where the first of two characters is; the end when there is none. */
  private static int first(String text, char one, char other) {
    return (int) text.chars().takeWhile(it -> it != one && it != other).count();
  }

  private static String host(String host, TargetRules rules) {
    if (host.isEmpty()) {
      throw new TargetRefused("has no host");
    }
    if (host.startsWith("[")) {
      String inside = host.substring(1, host.length() - 1);
      requireAllowed(IpLiteral.findIpv6(inside), rules, "has a host that is no plain IPv6 address");
      return inside;
    }
    if (host.endsWith(".")) {
      throw new TargetRefused("has a host that ends in a dot");
    }
    List<String> labels = Arrays.asList(host.split("\\.", -1));
    if (NUMBER.matcher(labels.getLast()).matches()) {
      requireAllowed(
          IpLiteral.findIpv4(host),
          rules,
          "has a host that ends in a number and is no plain IPv4 address");
      return host;
    }
    requireName(host, labels, rules);
    return host;
  }

  private static void requireAllowed(
      Optional<InetAddress> literal, TargetRules rules, String otherwise) {
    InetAddress address = literal.orElseThrow(() -> new TargetRefused(otherwise));
    if (!rules.allows(address)) {
      throw new TargetRefused("has an address that is not public");
    }
  }

  private static void requireName(String host, List<String> labels, TargetRules rules) {
    // No top-level domain begins with a digit, and java.net.URI sees no host where one does.
    boolean beginsWithDigit = Character.isDigit(host.charAt(host.lastIndexOf('.') + 1));
    if (host.length() > LONGEST_HOST
        || !labels.stream().allMatch(label -> LABEL.matcher(label).matches())
        || beginsWithDigit) {
      throw new TargetRefused("has a host that is no host name");
    }
    if (!rules.allowsName(host)) {
      throw new TargetRefused("has a host that is not a public name");
    }
  }

  private static int port(String text, boolean tls) {
    if (text.isEmpty()) {
      return tls ? HTTPS : HTTP;
    }
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text.substring(1)) : 0;
    if (port != HTTP && port != HTTPS && (port < FIRST_USER_PORT || port > LAST_PORT)) {
      throw new TargetRefused("has a port other than 80, 443 and 1024 to 65535");
    }
    return port;
  }

  private static String pathAndQuery(String text) {
    if (!PATH_AND_QUERY.matcher(text).matches() || BROKEN_ESCAPE.matcher(text).find()) {
      throw new TargetRefused("has a path or query that is not percent-encoded");
    }
    return text.startsWith("/") ? text : "/" + text;
  }

  /** What the {@code Host} header says. */
  String authority() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return port == (tls ? HTTPS : HTTP) ? name : name + ":" + port;
  }

  /** Without path and query: in many services' URLs they are the secret. */
  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority();
  }
}
