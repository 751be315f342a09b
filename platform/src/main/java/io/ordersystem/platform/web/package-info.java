/** What every HTTP answer has in common. */
@NullMarked
package io.ordersystem.platform.web;

import org.jspecify.annotations.NullMarked;
