/** An SMTP server that keeps every mail on disk. */
@NullMarked
package io.ordersystem.devstack.mail;

import org.jspecify.annotations.NullMarked;
