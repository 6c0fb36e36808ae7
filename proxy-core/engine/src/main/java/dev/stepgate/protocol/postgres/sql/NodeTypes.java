package dev.stepgate.protocol.postgres.sql;

import java.util.Map;
import java.util.Set;

/** The node types of a raw parse tree that mean no more than what stands in them. */
final class NodeTypes {

  /** Node types whose children say it all. A test holds this against the grammar's own list. */
  static final Set<String> CONTAINERS =
      Set.of(
          "A_ArrayExpr",
          "A_Const",
          "A_Indices",
          "A_Indirection",
          "A_Star",
          "AccessPriv",
          "Alias",
          "AlterTableCmd",
          "ATAlterConstraint",
          "BitString",
          "BoolExpr",
          "Boolean",
          "BooleanTest",
          "CTECycleClause",
          "CTESearchClause",
          "CaseExpr",
          "CaseWhen",
          "CoalesceExpr",
          "ColumnDef",
          "CreateOpClassItem",
          "CurrentOfExpr",
          "DefElem",
          "Float",
          "FunctionParameter",
          "GroupingFunc",
          "GroupingSet",
          "IndexElem",
          "Integer",
          "JsonAggConstructor",
          "JsonArgument",
          "JsonArrayAgg",
          "JsonArrayConstructor",
          "JsonBehavior",
          "JsonFormat",
          "JsonIsPredicate",
          "JsonKeyValue",
          "JsonObjectAgg",
          "JsonObjectConstructor",
          "JsonOutput",
          "JsonParseExpr",
          "JsonReturning",
          "JsonScalarExpr",
          "JsonSerializeExpr",
          "JsonTableColumn",
          "JsonTablePathSpec",
          "JsonValueExpr",
          "List",
          "MergeSupportFunc",
          "MinMaxExpr",
          "MultiAssignRef",
          "NamedArgExpr",
          "NullTest",
          "ObjectWithArgs",
          "ParamRef",
          "PartitionBoundSpec",
          "PartitionCmd",
          "PartitionElem",
          "PartitionRangeDatum",
          "PartitionSpec",
          "PublicationObjSpec",
          "PublicationTable",
          "RangeTableFuncCol",
          "ReplicaIdentityStmt",
          "ResTarget",
          "RoleSpec",
          "RowExpr",
          "SQLValueFunction",
          "SetToDefault",
          "StatsElem",
          "String",
          "TableLikeClause",
          "TriggerTransition",
          "TypeCast",
          "VacuumRelation",
          "WindowDef",
          "XmlExpr",
          "XmlSerialize");

  /**
   * What the grammar has become able to say by itself, by the name of the function that the same
   * text calls on a server with an older grammar. The user's own function of that name may run.
   */
  static final Map<String, String> BUILTINS =
      Map.of(
          "JsonParseExpr", "json",
          "JsonScalarExpr", "json_scalar",
          "JsonSerializeExpr", "json_serialize",
          "JsonObjectConstructor", "json_object",
          "JsonArrayConstructor", "json_array",
          "JsonObjectAgg", "json_objectagg",
          "JsonArrayAgg", "json_arrayagg",
          "MergeSupportFunc", "merge_action");

  private NodeTypes() {}
}
