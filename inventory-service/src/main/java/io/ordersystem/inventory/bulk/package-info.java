/** Many offers' quantities at once, as a warehouse or an import writes them. */
@NullMarked
package io.ordersystem.inventory.bulk;

import org.jspecify.annotations.NullMarked;
