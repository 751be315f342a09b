package io.ordersystem.devstack.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * A statement as a service has it: the constant of its class, read from its packaged jar, so that
 * what a benchmark runs straight at PostgreSQL is the very same.
 *
 * @param text with a {@code ?} for each place
 * @param places which parameter stands at each {@code ?}, from 1
 */
record ServiceSql(String text, List<Integer> places) {
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

  /**
   * Reads a constant.
   *
   * @param application the service's {@code quarkus-app}
   * @throws IllegalStateException when there is no such constant: the benchmark must follow
   */
  static ServiceSql of(Path application, String className, String constant) {
    String entry = className.replace('.', '/') + ".class";
    for (Path jar : jars(application)) {
      try (var file = new JarFile(jar.toFile())) {
        var found = file.getJarEntry(entry);
        if (found != null) {
          return parsed(constant(file.getInputStream(found).readAllBytes(), className, constant));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("no class " + className + " below " + application);
  }

  /** A statement of the benchmark's own, with {@code $1} and so on for its parameters. */
  static ServiceSql own(String sql) {
    return parsed(sql);
  }

  /**
   * The statement for the tables of one month.
   *
   * @param month for example {@code 2026_11}
   */
  ServiceSql in(String month) {
    return new ServiceSql(text.replace("{month}", month), places);
  }

  private static List<Path> jars(Path application) {
    try (var files = Files.walk(application)) {
      return files
          .filter(file ->
              file.toString().endsWith("-SNAPSHOT.jar") || file.toString().contains("/app/"))
          .filter(Files::isRegularFile)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String constant(byte[] type, String className, String name) {
    return ClassFile.of().parse(type).fields().stream()
        .filter(field -> field.fieldName().equalsString(name))
        .flatMap(field -> field.findAttribute(Attributes.constantValue()).stream())
        .map(value -> ((StringEntry) value.constant()).stringValue())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(className + " has no constant " + name));
  }

  private static ServiceSql parsed(String sql) {
    var places = new ArrayList<Integer>();
    String text =
        PARAMETER
            .matcher(sql)
            .replaceAll(match -> {
              places.add(Integer.valueOf(match.group(1)));
              return "?";
            });
    return new ServiceSql(text, List.copyOf(places));
  }
}
