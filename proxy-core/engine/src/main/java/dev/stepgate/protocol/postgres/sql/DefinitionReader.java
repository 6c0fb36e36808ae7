package dev.stepgate.protocol.postgres.sql;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** CREATE, ALTER, DROP, GRANT and COMMENT of everything that is no table. */
final class DefinitionReader {

  /** What belongs to the server or runs code of its own, so that changing it is {@code system}. */
  static final Set<String> OF_THE_SERVER =
      Set.of(
          "database",
          "tablespace",
          "extension",
          "language",
          "access method",
          "transform",
          "event trigger",
          "fdw",
          "foreign server",
          "user mapping",
          "publication",
          "subscription");

  /**
   * A command on one object.
   *
   * @param effect what becomes of it
   * @param kind what it is
   * @param name the field with its name
   */
  private record Simple(Effect effect, String kind, String name) {}

  private static Map.Entry<String, Simple> of(
      String type, Effect effect, String kind, String name) {
    return entry(type, new Simple(effect, kind, name));
  }

  private static final Map<String, Simple> SIMPLE =
      Map.ofEntries(
          of("AlterCollationStmt", Effect.ALTER, "collation", "collname"),
          of("AlterDatabaseStmt", Effect.ALTER, "database", "dbname"),
          of("AlterDatabaseRefreshCollStmt", Effect.ALTER, "database", "dbname"),
          of("AlterDomainStmt", Effect.ALTER, "domain", "typeName"),
          of("AlterEnumStmt", Effect.ALTER, "type", "typeName"),
          of("AlterEventTrigStmt", Effect.ALTER, "event trigger", "trigname"),
          of("AlterExtensionStmt", Effect.ALTER, "extension", "extname"),
          of("AlterExtensionContentsStmt", Effect.ALTER, "extension", "extname"),
          of("AlterFdwStmt", Effect.ALTER, "fdw", "fdwname"),
          of("AlterForeignServerStmt", Effect.ALTER, "foreign server", "servername"),
          of("AlterFunctionStmt", Effect.ALTER, "function", "func"),
          of("AlterOpFamilyStmt", Effect.ALTER, "opfamily", "opfamilyname"),
          of("AlterOperatorStmt", Effect.ALTER, "operator", "opername"),
          of("AlterPublicationStmt", Effect.ALTER, "publication", "pubname"),
          of("AlterStatsStmt", Effect.ALTER, "statistics", "defnames"),
          of("AlterSubscriptionStmt", Effect.ALTER, "subscription", "subname"),
          of("AlterTSConfigurationStmt", Effect.ALTER, "tsconfiguration", "cfgname"),
          of("AlterTSDictionaryStmt", Effect.ALTER, "tsdictionary", "dictname"),
          of("AlterTableMoveAllStmt", Effect.ALTER, "tablespace", "orig_tablespacename"),
          of("AlterTableSpaceOptionsStmt", Effect.ALTER, "tablespace", "tablespacename"),
          of("AlterTypeStmt", Effect.ALTER, "type", "typeName"),
          of("AlterUserMappingStmt", Effect.ALTER, "user mapping", "servername"),
          of("CompositeTypeStmt", Effect.CREATE, "type", "typevar"),
          of("CreateAmStmt", Effect.CREATE, "access method", "amname"),
          of("CreateCastStmt", Effect.CREATE, "cast", ""),
          of("CreateConversionStmt", Effect.CREATE, "conversion", "conversion_name"),
          of("CreateDomainStmt", Effect.CREATE, "domain", "domainname"),
          of("CreateEnumStmt", Effect.CREATE, "type", "typeName"),
          of("CreateEventTrigStmt", Effect.CREATE, "event trigger", "trigname"),
          of("CreateExtensionStmt", Effect.CREATE, "extension", "extname"),
          of("CreateFdwStmt", Effect.CREATE, "fdw", "fdwname"),
          of("CreateForeignServerStmt", Effect.CREATE, "foreign server", "servername"),
          of("CreateOpClassStmt", Effect.CREATE, "opclass", "opclassname"),
          of("CreateOpFamilyStmt", Effect.CREATE, "opfamily", "opfamilyname"),
          of("CreatePLangStmt", Effect.CREATE, "language", "plname"),
          of("CreatePublicationStmt", Effect.CREATE, "publication", "pubname"),
          of("CreateRangeStmt", Effect.CREATE, "type", "typeName"),
          of("CreateSubscriptionStmt", Effect.CREATE, "subscription", "subname"),
          of("CreateTableSpaceStmt", Effect.CREATE, "tablespace", "tablespacename"),
          of("CreateTransformStmt", Effect.CREATE, "transform", ""),
          of("CreateUserMappingStmt", Effect.CREATE, "user mapping", "servername"),
          of("CreatedbStmt", Effect.CREATE, "database", "dbname"),
          of("DropSubscriptionStmt", Effect.DROP, "subscription", "subname"),
          of("DropTableSpaceStmt", Effect.DROP, "tablespace", "tablespacename"),
          of("DropUserMappingStmt", Effect.DROP, "user mapping", "servername"),
          of("DropdbStmt", Effect.DROP, "database", "dbname"));

  /** Fields with a function that what is made will call. */
  private static final List<String> CALLED =
      List.of(
          "func",
          "func_name",
          "funcname",
          "fromsql",
          "tosql",
          "handler_name",
          "plhandler",
          "plinline",
          "plvalidator");

  private final Reading reading;

  DefinitionReader(Reading reading) {
    this.reading = reading;
  }

  /** Whether {@code type} is one of them, and has been read. */
  boolean read(String type, JsonNode fields) {
    Simple simple = SIMPLE.get(type);
    if (simple != null) {
      List<String> name = name(fields, simple.name());
      object(simple.effect(), simple.kind(), name);
      if (type.equals("AlterTableMoveAllStmt")) {
        reading.found.gap(Gap.Reason.DYNAMIC, "what a tablespace holds is not in the text");
      }
      if (type.equals("AlterDomainStmt") && Trees.text(fields, "subtype").equals("X")) {
        List<String> constraint = new ArrayList<>(name);
        constraint.add(Trees.text(fields, "name"));
        object(Effect.DROP, "constraint", constraint);
      }
      if (simple.effect() == Effect.CREATE) {
        called(fields);
      }
      reading.expressions.children(fields, Scope.top(false), Part.PREDICATE);
      return true;
    }
    switch (type) {
      case "CreateFunctionStmt" -> reading.bodies.function(fields);
      case "CreateSchemaStmt" -> schema(fields);
      case "DefineStmt" -> {
        String kind = Trees.kind(Trees.text(fields, "kind"));
        object(Effect.CREATE, kind, Trees.name(fields.path("defnames")));
        reading.expressions.children(fields, Scope.top(false), Part.PREDICATE);
      }
      case "DropStmt" -> drop(fields);
      case "CommentStmt" -> described(Effect.COMMENT, fields);
      case "SecLabelStmt" -> described(Effect.SECURITY_LABEL, fields);
      case "AlterOwnerStmt" -> moved(fields, Effect.GRANT);
      case "AlterObjectSchemaStmt" -> moved(fields, null);
      case "AlterObjectDependsStmt" -> moved(fields, Effect.SYSTEM);
      case "ImportForeignSchemaStmt" -> {
        List<String> schema = List.of(Trees.text(fields, "local_schema"));
        reading.found.use(Effect.CREATE, "foreign table", List.of());
        reading.found.use(Effect.ALTER, "schema", schema);
        reading.found.gap(Gap.Reason.DYNAMIC, "another server names the tables that are made");
      }
      default -> {
        return roles(type, fields);
      }
    }
    return true;
  }

  /** The functions that what is made will call. */
  private void called(JsonNode fields) {
    for (String field : CALLED) {
      List<String> function = name(fields, field);
      reading.found.later(() -> reading.found.reference(Reference.Kind.FUNCTION, function));
    }
  }

  private boolean roles(String type, JsonNode fields) {
    switch (type) {
      case "CreateRoleStmt" -> {
        List<String> name = List.of(Trees.text(fields, "role"));
        role(Effect.CREATE, name);
        members(fields.path("options"), name);
      }
      case "AlterRoleStmt" -> {
        List<String> name = List.of(Trees.role(fields.path("role")));
        role(Effect.ALTER, name);
        members(fields.path("options"), name);
      }
      case "DropRoleStmt" ->
          fields.path("roles").forEach(item -> role(Effect.DROP, Trees.name(item)));
      case "GrantStmt" -> grant(fields);
      case "GrantRoleStmt" -> {
        for (JsonNode item : fields.path("granted_roles")) {
          List<String> name = List.of(Trees.text(Trees.fields(item), "priv_name"));
          reading.found.use(Effect.GRANT, "role", name);
        }
      }
      case "AlterDefaultPrivilegesStmt" ->
          reading.found.use(Effect.GRANT, "default privileges", List.of());
      case "DropOwnedStmt" -> {
        for (JsonNode item : fields.path("roles")) {
          reading.found.use(Effect.DROP, "owned by role", Trees.name(item));
          reading.found.use(Effect.GRANT, "owned by role", Trees.name(item));
        }
        reading.found.gap(Gap.Reason.DYNAMIC, "what a role owns is not in the text");
      }
      case "ReassignOwnedStmt" -> {
        for (JsonNode item : fields.path("roles")) {
          reading.found.use(Effect.ALTER, "owned by role", Trees.name(item));
          reading.found.use(Effect.GRANT, "owned by role", Trees.name(item));
        }
        reading.found.gap(Gap.Reason.DYNAMIC, "what a role owns is not in the text");
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static List<String> name(JsonNode fields, String field) {
    JsonNode name = fields.path(field);
    if (name.isTextual()) {
      return List.of(name.asText());
    }
    return name.has("objname") ? Trees.name(name.path("objname")) : Trees.name(name);
  }

  private void object(Effect effect, String kind, List<String> name) {
    reading.found.use(effect, kind, name);
    if (OF_THE_SERVER.contains(kind)) {
      reading.found.use(Effect.SYSTEM, kind, name);
    }
  }

  private void role(Effect effect, List<String> name) {
    reading.found.use(effect, "role", name);
    reading.found.use(Effect.ROLE, "role", name);
  }

  /** IN ROLE gives other roles to this one; ROLE, ADMIN and ALTER GROUP give this one to others. */
  private void members(JsonNode options, List<String> role) {
    for (JsonNode item : options) {
      JsonNode option = Trees.fields(item);
      switch (Trees.text(option, "defname")) {
        case "addroleto" ->
            Trees.name(option.path("arg"))
                .forEach(given -> reading.found.use(Effect.GRANT, "role", List.of(given)));
        case "rolemembers", "adminmembers" -> reading.found.use(Effect.GRANT, "role", role);
        default -> {
          // An attribute of the role itself.
        }
      }
    }
  }

  private void schema(JsonNode create) {
    List<String> name = new ArrayList<>();
    JsonNode owner = create.path("authrole");
    if (create.has("schemaname")) {
      name.add(Trees.text(create, "schemaname"));
    } else if (Trees.text(owner, "roletype").equals("ROLESPEC_CSTRING")) {
      name.add(Trees.role(owner));
    }
    // Without a name it is called like whoever the session acts as.
    object(Effect.CREATE, "schema", name);
    for (JsonNode item : create.path("schemaElts")) {
      JsonNode element = Trees.fields(item);
      for (String field : List.of("relation", "view", "sequence")) {
        if (!name.isEmpty()
            && element.path(field) instanceof ObjectNode made
            && !made.has("schemaname")) {
          made.put("schemaname", name.get(0));
        }
      }
      reading.statement(item, Scope.top(false));
    }
    if (create.has("schemaElts") && reading.found.hasUnqualified()) {
      reading.found.gap(
          Gap.Reason.UNKNOWN, "names within CREATE SCHEMA stand for others than elsewhere");
    }
  }

  private void drop(JsonNode drop) {
    String kind = Trees.kind(Trees.text(drop, "removeType"));
    for (JsonNode object : drop.path("objects")) {
      List<String> name = Trees.name(object);
      switch (kind) {
        case "cast", "transform" -> object(Effect.DROP, kind, List.of());
        case "trigger", "rule", "policy" -> {
          reading.found.use(Effect.DROP, kind, name);
          reading.found.use(Effect.ALTER, "relation", name.subList(0, name.size() - 1));
          if (kind.equals("policy")) {
            reading.found.use(Effect.GRANT, "relation", name.subList(0, name.size() - 1));
          }
        }
        default -> object(Effect.DROP, kind, name);
      }
    }
  }

  private void described(Effect effect, JsonNode fields) {
    String kind = Trees.kind(Trees.text(fields, "objtype"));
    reading.found.use(effect, kind, Trees.name(fields.path("object")));
  }

  private void moved(JsonNode fields, Effect also) {
    String kind = Trees.kind(Trees.text(fields, "objectType"));
    List<String> name =
        fields.has("relation")
            ? Trees.relation(fields.path("relation"))
            : Trees.name(fields.path("object"));
    object(Effect.ALTER, kind, name);
    if (also != null) {
      reading.found.use(also, kind, name);
    }
    if (fields.has("newschema") && !name.isEmpty() && !OF_THE_SERVER.contains(kind)) {
      // SET SCHEMA puts a thing where there was none, as CREATE does.
      String last = name.get(name.size() - 1);
      object(Effect.CREATE, kind, List.of(Trees.text(fields, "newschema"), last));
    }
  }

  private void grant(JsonNode grant) {
    boolean all = Trees.text(grant, "targtype").equals("ACL_TARGET_ALL_IN_SCHEMA");
    String kind = Trees.kind(Trees.text(grant, "objtype"));
    for (JsonNode object : grant.path("objects")) {
      reading.found.use(Effect.GRANT, all ? "all in schema" : kind, Trees.name(object));
    }
  }
}
