package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.platform.reads.Explorer.Result;
import io.ordersystem.platform.reads.ModelWorld.Scope;
import io.ordersystem.platform.reads.ModelWorld.Weakness;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens between whichever steps: a reader with a token never sees a version older than
 * its token, one without never one that was older than the time to live when it began, and no value
 * is cached behind a fence.
 *
 * <p>{@code -Dinterleavings=full} also breaks something while two writers and two readers are at
 * work, with a replica: ten times as many states.
 */
class InterleavingTest {
  private static final boolean FULL = "full".equals(System.getProperty("interleavings"));
  private static final int FAULTS = FULL ? 1 : 0;

  static Stream<Scope> scopes() {
    return Stream.concat(
        Stream.of(
            new Scope(1, List.of(0, 1), 1, 0, true, Weakness.NONE),
            new Scope(1, List.of(0, 0), 0, 2, true, Weakness.NONE),
            new Scope(2, List.of(0, 0), FAULTS, 0, false, Weakness.NONE),
            new Scope(2, List.of(1, 2), FAULTS, 0, true, Weakness.NONE),
            new Scope(2, List.of(0, 1), FAULTS, 0, true, Weakness.NONE)),
        FULL
            ? Stream.of(
                new Scope(2, List.of(1, 1), FAULTS, 0, true, Weakness.NONE),
                new Scope(1, List.of(0, 1), 2, 2, false, Weakness.NONE),
                new Scope(1, List.of(0, 1), 1, 2, true, Weakness.NONE))
            : Stream.of());
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void nobodySeesWhatIsTooOld(Scope scope) {
    Result result = Explorer.explore(() -> new ModelWorld(scope));
    System.out.printf("%s: %,d states, %,d ends%n", scope, result.states(), result.ends());
    assertThat(result.violation()).isNull();
    assertThat(result.states()).isGreaterThan(4_000);
    assertThat(result.ends()).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void eachWeaknessIsFound(Weakness weakness) {
    assertThat(
            scopes()
                .map(scope -> scope.with(weakness))
                .map(scope -> Explorer.explore(() -> new ModelWorld(scope)))
                .anyMatch(result -> result.violation() != null))
        .isTrue();
  }

  /** Nothing needs to break for it: a slow reader is enough. */
  @Test
  void theSeedsCacheShowsAnOldVersionToAReaderWithAToken() {
    var scope = new Scope(1, List.of(0, 1), 0, 0, false, Weakness.SEED);
    assertThat(Explorer.explore(() -> new ModelWorld(scope)).violation())
        .contains("saw version 0 where it must see 1");
  }

  /** And it shows one to everybody for longer than the time to live. */
  @Test
  void theSeedsCacheShowsAnOldVersionForLongerThanItsTimeToLive() {
    var scope = new Scope(1, List.of(0, 0), 0, 2, false, Weakness.SEED);
    assertThat(Explorer.explore(() -> new ModelWorld(scope)).violation())
        .contains("saw version 0 where it must see 1");
  }
}
