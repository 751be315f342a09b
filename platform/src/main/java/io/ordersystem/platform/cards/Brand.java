package io.ordersystem.platform.cards;

/**
 * What the number of a brand's card begins with, and how many digits it has. Maestro only with the
 * prefixes that are in use: its whole range would be nearly every number that begins with 5 or 6.
 */
enum Brand {
  VISA {
    @Override
    boolean begins(int first4) {
      return first4 / 1000 == 4;
    }

    @Override
    boolean hasLength(int digits) {
      return digits == 13 || digits == 16 || digits == 19;
    }
  },
  MASTERCARD {
    @Override
    boolean begins(int first4) {
      return within(first4, 5100, 5599) || within(first4, 2221, 2720);
    }

    @Override
    boolean hasLength(int digits) {
      return digits == 16;
    }
  },
  AMERICAN_EXPRESS {
    @Override
    boolean begins(int first4) {
      return first4 / 100 == 34 || first4 / 100 == 37;
    }

    @Override
    boolean hasLength(int digits) {
      return digits == 15;
    }
  },
  DISCOVER {
    @Override
    boolean begins(int first4) {
      return first4 == 6011 || within(first4, 6440, 6599);
    }
  },
  DINERS_CLUB {
    @Override
    boolean begins(int first4) {
      return within(first4, 3000, 3059)
          || first4 == 3095
          || first4 / 100 == 36
          || within(first4, 3800, 3999);
    }

    @Override
    boolean hasLength(int digits) {
      return within(digits, 14, 19);
    }
  },
  JCB {
    @Override
    boolean begins(int first4) {
      return within(first4, 3528, 3589);
    }
  },
  UNIONPAY {
    @Override
    boolean begins(int first4) {
      return first4 / 100 == 62;
    }
  },
  MAESTRO {
    @Override
    boolean begins(int first4) {
      return switch (first4) {
        case 5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763 -> true;
        default -> false;
      };
    }

    @Override
    boolean hasLength(int digits) {
      return within(digits, 13, 19);
    }
  };

  private static final Brand[] ALL = values();

  abstract boolean begins(int first4);

  boolean hasLength(int digits) {
    return within(digits, 16, 19);
  }

  /** Whether some brand has cards that begin with these four digits and have that many. */
  static boolean issues(int first4, int digits) {
    for (Brand brand : ALL) {
      if (brand.hasLength(digits) && brand.begins(first4)) {
        return true;
      }
    }
    return false;
  }

  private static boolean within(int value, int least, int most) {
    return value >= least && value <= most;
  }
}
