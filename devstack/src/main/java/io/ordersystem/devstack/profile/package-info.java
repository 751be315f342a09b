/** What a running JVM of the local system spends its time, its memory or its patience on. */
@NullMarked
package io.ordersystem.devstack.profile;

import org.jspecify.annotations.NullMarked;
