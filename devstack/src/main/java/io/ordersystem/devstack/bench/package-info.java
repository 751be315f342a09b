/** Benchmarks: figures as ratios of arms that ran in one go on one machine. */
@NullMarked
package io.ordersystem.devstack.bench;

import org.jspecify.annotations.NullMarked;
