/** Operating system processes that outlive whoever started them, known by pid files. */
@NullMarked
package io.ordersystem.devstack.process;

import org.jspecify.annotations.NullMarked;
