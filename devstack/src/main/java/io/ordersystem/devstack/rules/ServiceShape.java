package io.ordersystem.devstack.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the features and the model of one service are, read from the packages of its classes.
 *
 * <p>The root is the package that all classes share, a feature is a package directly below it, and
 * the model is the feature with the first of the {@link #MODEL_NAMES}.
 */
record ServiceShape(String root, Optional<String> model) {

  /** One per service, in the order in which they are looked for. */
  static final List<String> MODEL_NAMES = List.of("order", "stock", "payment", "message");

  static ServiceShape of(Collection<JavaClass> classes) {
    var packages = classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    var root = rootOf(packages);
    var model =
        MODEL_NAMES.stream()
            .filter(name -> packages.stream().anyMatch(it -> within(it, root + "." + name)))
            .findFirst();
    return new ServiceShape(root, model);
  }

  /** The feature that a class belongs to; empty for the root package and for foreign classes. */
  Optional<String> feature(JavaClass type) {
    var name = type.getPackageName();
    return name.startsWith(root + ".")
        ? Optional.of(segments(name.substring(root.length() + 1)).getFirst())
        : Optional.empty();
  }

  boolean isModel(JavaClass type) {
    return model.isPresent() && feature(type).equals(model);
  }

  private static String rootOf(Set<String> packages) {
    var shared = packages.stream().map(ServiceShape::segments).reduce(ServiceShape::sharedStart);
    var start = shared.orElse(List.of());
    // A service that has nothing but its model yet: the model is a feature, not the root.
    var onlyModel = !start.isEmpty() && MODEL_NAMES.contains(start.getLast());
    return String.join(".", onlyModel ? start.subList(0, start.size() - 1) : start);
  }

  private static List<String> sharedStart(List<String> one, List<String> other) {
    var length = 0;
    while (length < Math.min(one.size(), other.size())
        && one.get(length).equals(other.get(length))) {
      length++;
    }
    return one.subList(0, length);
  }

  private static List<String> segments(String packageName) {
    return Arrays.asList(packageName.split("\\.", -1));
  }

  private static boolean within(String packageName, String parent) {
    return packageName.equals(parent) || packageName.startsWith(parent + ".");
  }
}
