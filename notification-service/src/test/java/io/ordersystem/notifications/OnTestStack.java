package io.ordersystem.notifications;

import io.ordersystem.devstack.testing.TestStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;

/** One annotation is enough for all tests of this module: the stack is shared. */
@QuarkusTestResource(
    value = TestStack.class,
    initArgs = @ResourceArg(name = "service", value = "notification"))
final class OnTestStack {
  private OnTestStack() {}
}
