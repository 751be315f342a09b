/**
 * Reads that are answered by a replica or a cache, and are never older than their caller allows.
 */
@NullMarked
package io.ordersystem.platform.reads;

import org.jspecify.annotations.NullMarked;
