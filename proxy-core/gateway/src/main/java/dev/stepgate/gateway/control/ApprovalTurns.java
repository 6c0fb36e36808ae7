package dev.stepgate.gateway.control;

import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.event.Event;
import dev.stepgate.gateway.control.ApprovalMessages.Wanted;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.session.Person;
import java.util.Set;

/** What people say and ask about requests for approval. What is no person says nothing here. */
final class ApprovalTurns {

  private final Gatekeeper gatekeeper;

  ApprovalTurns(Gatekeeper gatekeeper) {
    this.gatekeeper = gatekeeper;
  }

  /** Why there is no answer; told to the peer. */
  static final class Refused extends Exception {

    private static final long serialVersionUID = 1;

    private final String code;

    Refused(String code, String message) {
      super(message);
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /**
   * The line that answers.
   *
   * @param found whom the one at the other end was taken for
   */
  byte[] answer(OsUser user, RecognisedPerson found, Wanted wanted) throws Refused {
    if (!found.accepted()) {
      gatekeeper.refused(
          Event.of("approval-refused")
              .with("id", wanted.id())
              .with("wanted", word(wanted))
              .with("code", "no-person")
              .with("reason", found.sentence())
              .with("by", user.label())
              .build());
      throw new Refused("forbidden", "only people approve here: " + found.sentence());
    }
    Person person =
        new Person(found.issuer(), found.subject(), found.name(), Set.copyOf(found.groups()));
    try {
      return answer(person, user.label(), wanted);
    } catch (AnswerRefused e) {
      throw new Refused("refused", e.getMessage());
    }
  }

  private byte[] answer(Person person, String by, Wanted wanted) throws AnswerRefused {
    PeoplesDesk desk = gatekeeper.approvals();
    return switch (wanted.verb()) {
      case "approvals" -> ApprovalMessages.list(desk.list(person, wanted.ended()));
      case "approval" -> ApprovalMessages.piece(desk.show(person, by, wanted.id()), wanted.at());
      default ->
          ApprovalMessages.answered(
              desk.answer(person, by, wanted.id(), wanted.yes(), wanted.reason()));
    };
  }

  private static String word(Wanted wanted) {
    return switch (wanted.verb()) {
      case "approvals" -> "list";
      case "approval" -> "show";
      default -> wanted.yes() ? "approve" : "reject";
    };
  }
}
