package io.ordersystem.devstack.rules.planted.untidy.cancellation;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Blocks, and lets work run away. */
class Impatience {

  String block(Uni<String> uni) {
    return uni.await().indefinitely();
  }

  Iterable<String> blockOnEach(Multi<String> multi) {
    return multi.subscribe().asIterable();
  }

  Iterable<String> blockOnMany(Multi<String> multi) {
    return multi.toUni().map(java.util.List::of).await().indefinitely();
  }

  CompletionStage<String> letGo(Uni<String> uni) {
    return uni.subscribeAsCompletionStage();
  }

  Function<Uni<String>, Object> letGoLater() {
    return Uni::subscribe;
  }
}
