package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Refusal;

/**
 * What the client is told in place of the error of a message that the gateway put in another one's
 * place.
 *
 * @param sqlState five characters
 * @param sentence one line
 */
record Substitute(String sqlState, String sentence) {

  /** The gate's no. */
  static Substitute of(Refusal refusal) {
    boolean cancelled = refusal.code() == Refusal.Code.CANCELLED;
    return new Substitute(
        cancelled ? SqlState.CANCELLED : SqlState.REFUSED, Messages.sentence(refusal));
  }
}
