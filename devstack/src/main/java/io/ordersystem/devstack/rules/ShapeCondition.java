package io.ordersystem.devstack.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** A condition that needs to know the features and the model of the service it looks at. */
final class ShapeCondition extends ArchCondition<JavaClass> {

  /** What is wrong with one class of a service, one sentence each. */
  @FunctionalInterface
  interface Violations {
    Stream<String> of(JavaClass type, ServiceShape shape);
  }

  private final Violations violations;
  private ServiceShape shape = ServiceShape.of(List.of());

  ShapeCondition(String description, Violations violations) {
    super(description);
    this.violations = violations;
  }

  @Override
  public void init(Collection<JavaClass> classes) {
    shape = ServiceShape.of(classes);
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    violations
        .of(type, shape)
        .forEach(message -> events.add(SimpleConditionEvent.violated(type, message)));
  }

  @Override
  public void finish(ConditionEvents events) {
    if (shape.model().isEmpty()) {
      // Without this a renamed model package would switch the rules about it off, silently.
      events.add(
          SimpleConditionEvent.violated(
              shape.root(),
              "%s has none of the model packages %s"
                  .formatted(shape.root(), ServiceShape.MODEL_NAMES)));
    }
  }
}
