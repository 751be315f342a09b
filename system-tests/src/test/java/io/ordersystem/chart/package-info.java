/** The chart rendered by real Helm, and what every manifest of ours has to keep. */
@NullMarked
package io.ordersystem.chart;

import org.jspecify.annotations.NullMarked;
