package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The server's own functions that do more than compute, by name. All others of pg_catalog that are
 * written in C compute.
 */
final class Builtins {

  /** What one does; {@code unknown} where it runs what it is given. */
  record Does(Effect effect, String kind, boolean unknown) {}

  private static final Map<String, Does> KNOWN = new HashMap<>();

  private Builtins() {}

  /** What the function does, or null if it computes. */
  static Does of(Routine routine) {
    Does byName = KNOWN.get(routine.name);
    return byName != null ? byName : KNOWN.get(routine.source);
  }

  /** Whether it counts on a sequence. */
  static boolean isSequence(Routine routine) {
    return KNOWN.get(routine.name) != null && KNOWN.get(routine.name).kind().equals("sequence");
  }

  private static void all(Effect effect, String kind, String... names) {
    for (String name : names) {
      KNOWN.put(name, new Does(effect, kind, false));
    }
  }

  static {
    all(Effect.UPDATE, "sequence", "nextval", "nextval_oid", "setval", "setval_oid", "setval3_oid");
    all(Effect.CREATE, "large object", "lo_creat", "lo_create", "lo_from_bytea");
    all(
        Effect.UPDATE,
        "large object",
        "lo_put",
        "lowrite",
        "lo_truncate",
        "lo_truncate64",
        "be_lo_put",
        "be_lowrite");
    all(Effect.SELECT, "large object", "lo_get", "loread", "lo_open", "lo_lseek", "lo_lseek64");
    all(Effect.DROP, "large object", "lo_unlink", "be_lo_unlink");
    all(
        Effect.COPY_FILE,
        "",
        "lo_import",
        "lo_export",
        "pg_read_file",
        "pg_read_file_old",
        "pg_read_file_v2",
        "pg_read_binary_file",
        "pg_stat_file",
        "pg_ls_dir",
        "pg_ls_logdir",
        "pg_ls_waldir",
        "pg_ls_tmpdir",
        "pg_ls_archive_statusdir",
        "pg_ls_summariesdir",
        "pg_ls_logicalsnapdir",
        "pg_ls_logicalmapdir",
        "pg_ls_replslotdir",
        "pg_hba_file_rules",
        "pg_ident_file_mappings",
        "pg_show_all_file_settings",
        "pg_current_logfile",
        "pg_wal_summary_contents",
        "pg_available_wal_summaries");
    all(
        Effect.SYSTEM,
        "",
        "pg_terminate_backend",
        "pg_cancel_backend",
        "pg_reload_conf",
        "pg_rotate_logfile",
        "pg_rotate_logfile_old",
        "pg_rotate_logfile_v2",
        "pg_switch_wal",
        "pg_create_restore_point",
        "pg_start_backup",
        "pg_stop_backup",
        "pg_backup_start",
        "pg_backup_stop",
        "pg_promote",
        "pg_wal_replay_pause",
        "pg_wal_replay_resume",
        "pg_create_physical_replication_slot",
        "pg_create_logical_replication_slot",
        "pg_copy_physical_replication_slot",
        "pg_copy_logical_replication_slot",
        "pg_drop_replication_slot",
        "pg_replication_slot_advance",
        "pg_logical_slot_get_changes",
        "pg_logical_slot_peek_changes",
        "pg_logical_slot_get_binary_changes",
        "pg_logical_slot_peek_binary_changes",
        "pg_logical_emit_message",
        "pg_replication_origin_create",
        "pg_replication_origin_drop",
        "pg_replication_origin_advance",
        "pg_replication_origin_session_setup",
        "pg_replication_origin_session_reset",
        "pg_replication_origin_xact_setup",
        "pg_replication_origin_xact_reset",
        "pg_sync_replication_slots",
        "pg_stat_reset",
        "pg_stat_reset_shared",
        "pg_stat_reset_slru",
        "pg_stat_reset_single_table_counters",
        "pg_stat_reset_single_function_counters",
        "pg_stat_reset_replication_slot",
        "pg_stat_reset_subscription_stats",
        "pg_stat_reset_backend_stats",
        "pg_log_backend_memory_contexts",
        "pg_log_standby_snapshot",
        "pg_import_system_collations",
        "pg_extension_config_dump",
        "pg_restore_relation_stats",
        "pg_restore_attribute_stats",
        "pg_clear_relation_stats",
        "pg_clear_attribute_stats",
        "pg_set_relation_stats",
        "pg_set_attribute_stats",
        "pg_nextoid",
        "pg_stop_making_pinned_objects",
        "binary_upgrade_create_empty_extension",
        "binary_upgrade_set_missing_value",
        "binary_upgrade_set_record_init_privs");
    all(
        Effect.MAINTAIN,
        "",
        "gin_clean_pending_list",
        "brin_summarize_new_values",
        "brin_summarize_range",
        "brin_desummarize_range");
    for (String mode : List.of("", "_shared")) {
      all(
          Effect.LOCK,
          "advisory lock",
          "pg_advisory_lock" + mode,
          "pg_try_advisory_lock" + mode,
          "pg_advisory_xact_lock" + mode,
          "pg_try_advisory_xact_lock" + mode,
          "pg_advisory_unlock" + mode);
    }
    all(Effect.LOCK, "advisory lock", "pg_advisory_unlock_all");
    all(Effect.NOTIFY, "channel", "pg_notify");
    all(Effect.SET, "setting", "set_config", "set_config_by_name");
    for (String text :
        List.of(
            "query_to_xml",
            "query_to_xmlschema",
            "query_to_xml_and_xmlschema",
            "cursor_to_xml",
            "cursor_to_xmlschema",
            "table_to_xml",
            "table_to_xmlschema",
            "table_to_xml_and_xmlschema",
            "schema_to_xml",
            "schema_to_xmlschema",
            "schema_to_xml_and_xmlschema",
            "database_to_xml",
            "database_to_xmlschema",
            "database_to_xml_and_xmlschema",
            "ts_stat",
            "ts_stat1",
            "ts_stat2",
            "ts_rewrite_query",
            "tsquery_rewrite_query",
            "pg_input_is_valid",
            "pg_input_error_info")) {
      KNOWN.put(text, new Does(Effect.SELECT, "", true));
    }
  }
}
