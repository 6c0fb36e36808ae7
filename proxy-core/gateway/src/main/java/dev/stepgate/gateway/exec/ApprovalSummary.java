package dev.stepgate.gateway.exec;

/**
 * A request for approval in a list; text of others, not escaped.
 *
 * @param id by which it is found
 * @param state where it stands
 * @param connection the connection's name
 * @param rule the rule that asks
 * @param by who asks
 * @param asked when, RFC 3339
 * @param expires until when it can be answered
 * @param agreed how many have agreed
 * @param count how many have to
 * @param statement the beginning of what would run
 */
public record ApprovalSummary(
    String id,
    String state,
    String connection,
    String rule,
    String by,
    String asked,
    String expires,
    int agreed,
    int count,
    String statement) {}
