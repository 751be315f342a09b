package io.ordersystem.inventory;

import io.ordersystem.devstack.testing.TestStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;

/** One annotation is enough for all tests of this module: the stack is shared. */
@QuarkusTestResource(
    value = TestStack.class,
    initArgs = @ResourceArg(name = "service", value = "inventory"))
final class OnTestStack {
  private OnTestStack() {}
}
