/** Traces of the local system: taken in by OTLP, kept in a file, shown as a tree. */
@NullMarked
package io.ordersystem.devstack.traces;

import org.jspecify.annotations.NullMarked;
