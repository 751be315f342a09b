package io.ordersystem.payments.payment;

/** Why a capture, release or refund cannot be. The code is what events tell. */
public enum Refusal {
  NOT_AUTHORIZED("not_authorized", "nothing is held that could be taken"),
  EXCEEDS_AUTHORIZED("exceeds_authorized", "that is more than is left to take"),
  EXCEEDS_CAPTURED("exceeds_captured", "that is more than was taken and not given back");

  private final String code;
  private final String sentence;

  Refusal(String code, String sentence) {
    this.code = code;
    this.sentence = sentence;
  }

  public String code() {
    return code;
  }

  public String sentence() {
    return sentence;
  }
}
