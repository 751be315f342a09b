package io.ordersystem.platform.security;

/** The roles of a token's {@code groups} claim. */
public final class Role {
  public static final String CUSTOMER = "customer";
  public static final String SELLER = "seller";
  public static final String OPERATOR = "operator";
  public static final String SERVICE = "service";

  private Role() {}
}
