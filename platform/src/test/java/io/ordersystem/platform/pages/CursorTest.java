package io.ordersystem.platform.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.platform.problem.DomainException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CursorTest {
  private final Cursor cursor = new Cursor("orders/customer-1");

  @Test
  void continuesAfterTheKeyItWasMadeFrom() {
    UUID last = UUID.randomUUID();
    assertThat(cursor.readId(cursor.after(last.toString()))).isEqualTo(last);
    assertThat(cursor.readId(null)).isNull();
  }

  @Test
  void refusesACursorOfAnotherQuery() {
    String other = new Cursor("orders/customer-2").after("x");
    assertThatThrownBy(() -> cursor.read(other))
        .isInstanceOfSatisfying(
            DomainException.class, e -> assertThat(e.type().code()).isEqualTo("invalid-cursor"));
  }

  @Test
  void refusesWhatIsNoCursor() {
    for (String damaged : List.of("", "%%%", "abc", cursor.after("no-uuid"))) {
      assertThatThrownBy(() -> cursor.readId(damaged)).isInstanceOf(DomainException.class);
    }
  }

  @Test
  void aPageTellsOfTheNextOneOnlyWhenThereIsOne() {
    assertThat(Page.of(List.of(1, 2, 3), 2, String::valueOf))
        .isEqualTo(new Page<>(List.of(1, 2), "2"));
    assertThat(Page.of(List.of(1, 2), 2, String::valueOf))
        .isEqualTo(new Page<>(List.of(1, 2), null));
  }
}
