package dev.stepgate.gateway.control;

import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.approval.Request;
import dev.stepgate.session.Person;
import java.util.List;

/** What people are asked, as the control socket sees it. Thread-safe; calls may block. */
public interface PeoplesDesk {

  /** What a person may answer; with what ended last, if wanted. */
  List<Request> list(Person person, boolean endedToo) throws AnswerRefused;

  /** One of them; {@code by} is the user of the process that asks. */
  Request show(Person person, String by, String id) throws AnswerRefused;

  /** A person's answer. */
  Request answer(Person person, String by, String id, boolean approve, String reason)
      throws AnswerRefused;
}
