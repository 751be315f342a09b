/** What every service promises about its own structure, as rules that fail the build. */
@NullMarked
package io.ordersystem.devstack.rules;

import org.jspecify.annotations.NullMarked;
