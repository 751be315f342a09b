package io.ordersystem.platform.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the parameter that takes a body which is not the caller's own words, such as a provider's
 * signed message: it is read as it came, without a look for card numbers. Whoever takes one must
 * not store or show its texts.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ForeignBody {}
