/** A mail server that keeps every mail as a file and delivers none. */
@NullMarked
package io.ordersystem.devstack.mail;

import org.jspecify.annotations.NullMarked;
