/** Local keys and the tokens signed with them, instead of an identity provider. */
@NullMarked
package io.ordersystem.devstack.token;

import org.jspecify.annotations.NullMarked;
