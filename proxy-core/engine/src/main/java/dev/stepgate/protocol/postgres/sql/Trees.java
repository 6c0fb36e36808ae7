package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * How libpg_query writes a parse tree: a node whose type its place does not tell is an object with
 * one field, named as the type in C; in a place with one type its fields stand there themselves.
 * What is zero, false or empty is left out.
 */
final class Trees {

  private Trees() {}

  /** The type that {@code node} names, or null. */
  static String type(JsonNode node) {
    if (node == null || !node.isObject() || node.size() != 1) {
      return null;
    }
    String name = node.fieldNames().next();
    return Character.isUpperCase(name.charAt(0)) ? name : null;
  }

  /** The fields of a node that names its type. */
  static JsonNode fields(JsonNode node) {
    return node.elements().next();
  }

  /** A field's text, or the empty string. */
  static String text(JsonNode fields, String name) {
    return fields.path(name).asText("");
  }

  static boolean is(JsonNode fields, String name) {
    return fields.path(name).asBoolean(false);
  }

  /**
   * The name that {@code node} gives: a String, a list of them, a type, an object with arguments.
   */
  static List<String> name(JsonNode node) {
    List<String> parts = new ArrayList<>();
    addName(node, parts);
    return parts;
  }

  private static void addName(JsonNode node, List<String> parts) {
    if (node == null || node.isMissingNode()) {
      return;
    }
    if (node.isArray()) {
      node.forEach(part -> addName(part, parts));
    } else if (node.has("relname")) {
      parts.addAll(relation(node));
    } else if (type(node) != null) {
      JsonNode fields = fields(node);
      switch (type(node)) {
        case "String" -> parts.add(text(fields, "sval"));
        case "List" -> addName(fields.path("items"), parts);
        case "TypeName" -> addName(fields.path("names"), parts);
        case "ObjectWithArgs" -> addName(fields.path("objname"), parts);
        case "RangeVar" -> parts.addAll(relation(fields));
        case "RoleSpec" -> parts.add(role(fields));
        default -> {
          // No name that could be told: the object stays unnamed.
        }
      }
    }
  }

  /** The last part of a name, or the empty string: an option's word, a body's text. */
  static String last(JsonNode node) {
    List<String> parts = name(node);
    return parts.isEmpty() ? "" : parts.get(parts.size() - 1);
  }

  /** A RangeVar's parts; what is temporary says so, because it may hide what it is named like. */
  static List<String> relation(JsonNode range) {
    List<String> parts = new ArrayList<>();
    if (range.has("catalogname")) {
      parts.add(text(range, "catalogname"));
    }
    if (range.has("schemaname")) {
      parts.add(text(range, "schemaname"));
    } else if (text(range, "relpersistence").equals("t")) {
      parts.add("pg_temp");
    }
    parts.add(text(range, "relname"));
    return parts;
  }

  /** A role as named, or the word that stands for one. */
  static String role(JsonNode spec) {
    return switch (text(spec, "roletype")) {
      case "ROLESPEC_PUBLIC" -> "public";
      case "ROLESPEC_CURRENT_USER" -> "current_user";
      case "ROLESPEC_CURRENT_ROLE" -> "current_role";
      case "ROLESPEC_SESSION_USER" -> "session_user";
      default -> text(spec, "rolename");
    };
  }

  /** {@code OBJECT_FOREIGN_TABLE} as rules write it. */
  static String kind(String objectType) {
    String kind = objectType.replaceFirst("^OBJECT_", "").toLowerCase(java.util.Locale.ROOT);
    return switch (kind) {
      case "matview" -> "materialized view";
      case "tabconstraint", "domconstraint" -> "constraint";
      case "attribute" -> "column";
      default -> kind.replace('_', ' ');
    };
  }
}
