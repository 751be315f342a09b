package io.ordersystem.devstack.postgres;

import org.jspecify.annotations.Nullable;

/** The settings of the local servers, with the reason of each that is not obvious. */
final class PostgresSettings {
  /** Passwords everywhere: other users of the machine can reach the loopback too. */
  static final String ACCESS =
      """
      host all all 127.0.0.1/32 scram-sha-256
      host replication postgres 127.0.0.1/32 scram-sha-256
      """;

  private static final String SERVER =
      """
      listen_addresses = '127.0.0.1'
      port = %d
      # Paths of sockets are limited to 107 bytes, those of checkouts are not.
      unix_socket_directories = ''
      max_connections = 200
      shared_buffers = 96MB
      # Modest: four services, their indexes and a checker share a laptop.
      maintenance_work_mem = 32MB
      # A statement that touches every partition of a table locks each of them and its indexes.
      max_locks_per_transaction = 256
      jit = off
      fsync = on
      wal_level = logical
      max_wal_senders = 10
      max_replication_slots = 10
      # The replica may be stopped for a while and catch up without a slot that could fill the disk.
      wal_keep_size = 256MB
      max_wal_size = 1GB
      # An archive may then be wanted while the server runs; until then what is archived is forgotten.
      archive_mode = on
      archive_command = 'true'
      checkpoint_timeout = 10min
      hot_standby = on
      hot_standby_feedback = on
      wal_retrieve_retry_interval = 500ms
      wal_receiver_status_interval = 1s
      shared_preload_libraries = 'pg_stat_statements'
      pg_stat_statements.track = all
      track_io_timing = on
      timezone = 'UTC'
      log_timezone = 'UTC'
      log_line_prefix = '%%m [%%p] %%u@%%d %%a '
      log_checkpoints = off
      log_min_duration_statement = 1s
      # Not what people wrote, nor an id that may be a card's number: only the statement.
      log_parameter_max_length = 0
      log_lock_waits = on
      """;

  private static final String STANDBY =
      """
      primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s application_name=replica connect_timeout=5'
      """;

  private PostgresSettings() {}

  static String server(int port, @Nullable Integer primaryPort) {
    var settings = SERVER.formatted(port);
    if (primaryPort == null) {
      return settings;
    }
    var superuser = DatabaseRole.SUPERUSER;
    return settings + STANDBY.formatted(primaryPort, superuser.roleName(), superuser.password());
  }
}
