package io.ordersystem.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedPositionsTest {
  private final PublishedPositions positions = new PublishedPositions(10);

  @Test
  void movesOnWhileNothingIsMissing() {
    positions.saw(List.of(11L, 12L, 13L), 100, 100);
    assertThat(positions.contiguous()).isEqualTo(13);
    assertThat(positions.gaps()).isEmpty();
  }

  @Test
  void staysBeforeAPositionThatIsNotVisibleYet() {
    positions.saw(List.of(12L, 13L), 100, 105);
    assertThat(positions.contiguous()).isEqualTo(10);
    assertThat(positions.highest()).isEqualTo(13);
    assertThat(positions.gaps()).containsExactly(11L);
  }

  @Test
  void closesAGapWhenItsRowAppears() {
    positions.saw(List.of(12L), 100, 105);
    positions.saw(List.of(11L), 101, 106);
    assertThat(positions.contiguous()).isEqualTo(12);
  }

  @Test
  void givesAGapUpOnlyWhenNoTransactionOfThatTimeIsLeft() {
    positions.saw(List.of(12L), 100, 105);
    positions.saw(List.of(), 104, 110);
    assertThat(positions.contiguous()).isEqualTo(10);
    positions.saw(List.of(), 105, 111);
    assertThat(positions.contiguous()).isEqualTo(12);
  }

  @Test
  void judgesEachGapByTheMomentItWasFirstSeen() {
    positions.saw(List.of(12L), 100, 105);
    positions.saw(List.of(14L), 100, 120);
    positions.saw(List.of(), 110, 130);
    assertThat(positions.gaps()).containsExactly(13L);
    assertThat(positions.contiguous()).isEqualTo(12);
  }

  @Test
  void aLongTransactionDoesNotHoldUpWhatCameAfterIt() {
    positions.saw(List.of(12L, 13L), 50, 105);
    positions.saw(List.of(14L, 15L), 50, 140);
    assertThat(positions.highest()).isEqualTo(15);
    assertThat(positions.gaps()).containsExactly(11L);
  }
}
