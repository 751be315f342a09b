/** Backups of the local PostgreSQL: base backups and its log, encrypted, in a directory. */
@NullMarked
package io.ordersystem.devstack.backup;

import org.jspecify.annotations.NullMarked;
