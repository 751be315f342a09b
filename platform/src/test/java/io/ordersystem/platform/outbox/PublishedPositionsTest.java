package io.ordersystem.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PublishedPositionsTest {
  private final PublishedPositions positions =
      new PublishedPositions(new PublishedPositions.Saved(10, new TreeMap<>()));

  @Test
  void movesOnWhileNothingIsMissing() {
    positions.saw(List.of(11L, 12L, 13L), 100);
    assertThat(positions.saved().contiguous()).isEqualTo(13);
    assertThat(positions.gaps()).isEmpty();
    assertThat(positions.needsBound()).isFalse();
  }

  @Test
  void staysBeforeAPositionThatIsNotVisibleYet() {
    look(List.of(12L, 13L), 100, 105);
    assertThat(positions.saved().contiguous()).isEqualTo(10);
    assertThat(positions.highest()).isEqualTo(13);
    assertThat(positions.gaps()).containsExactly(11L);
  }

  @Test
  void closesAGapWhenItsRowAppears() {
    look(List.of(12L), 100, 105);
    look(List.of(11L), 101, 106);
    assertThat(positions.saved().contiguous()).isEqualTo(12);
  }

  @Test
  void givesAGapUpOnlyWhenNoTransactionOfThatTimeIsLeft() {
    look(List.of(12L), 100, 105);
    look(List.of(), 104, 110);
    assertThat(positions.saved().contiguous()).isEqualTo(10);
    look(List.of(), 105, 111);
    assertThat(positions.saved().contiguous()).isEqualTo(12);
  }

  @Test
  void keepsAGapWhoseTransactionIsYoungerThanEveryCompletedOne() {
    // Transaction 104 has position 11 and runs; 100 has 12 and is the highest that has completed.
    // So the snapshot says that nothing older than 101 runs, and 104 is not older.
    look(List.of(12L), 101, 105);
    assertThat(positions.gaps()).containsExactly(11L);
    look(List.of(), 104, 106);
    assertThat(positions.gaps()).containsExactly(11L);
  }

  @Test
  void judgesEachGapByTheMomentItWasFirstSeen() {
    look(List.of(12L), 100, 105);
    look(List.of(14L), 100, 120);
    look(List.of(), 110, 130);
    assertThat(positions.gaps()).containsExactly(13L);
    assertThat(positions.saved().contiguous()).isEqualTo(12);
  }

  @Test
  void aLongTransactionDoesNotHoldUpWhatCameAfterIt() {
    look(List.of(12L, 13L), 50, 105);
    look(List.of(14L, 15L), 50, 140);
    assertThat(positions.highest()).isEqualTo(15);
    assertThat(positions.gaps()).containsExactly(11L);
  }

  @Test
  void aSuccessorGoesOnWithTheGapsOfItsPredecessor() {
    look(List.of(12L, 13L), 50, 105);
    var successor = new PublishedPositions(positions.saved());
    assertThat(successor.highest()).isEqualTo(13);
    assertThat(successor.gaps()).containsExactly(11L);
    successor.saw(List.of(14L), 104);
    assertThat(successor.saved().contiguous()).isEqualTo(10);
    // The bound is the predecessor's, not that of the takeover.
    successor.saw(List.of(), 105);
    assertThat(successor.saved().contiguous()).isEqualTo(14);
  }

  /** One beat of a leader: {@code next} is the transaction id that would be assigned after it. */
  private void look(List<Long> found, long xmin, long next) {
    positions.saw(found, xmin);
    if (positions.needsBound()) {
      positions.bind(next);
    }
  }
}
