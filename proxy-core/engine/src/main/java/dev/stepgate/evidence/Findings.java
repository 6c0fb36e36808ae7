package dev.stepgate.evidence;

import java.util.ArrayList;
import java.util.List;

/** What was found so far: what does not hold, and what is only worth knowing. */
final class Findings {

  private static final int MAX_REMARKS = 100;

  private final List<Finding> bad = new ArrayList<>();
  private final List<Finding> disputes = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private long count;

  void add(Finding finding) {
    count++;
    if (bad.size() < Report.MAX_FINDINGS) {
      bad.add(finding);
    }
  }

  /** Something that contradicts the evidence and may itself be invented. */
  void dispute(Finding finding) {
    if (disputes.size() < Report.MAX_FINDINGS) {
      disputes.add(finding);
    }
  }

  void remark(String sentence) {
    if (remarks.size() < MAX_REMARKS) {
      remarks.add(sentence);
    }
  }

  boolean none() {
    return count == 0;
  }

  /** How many there were, also those beyond the ones kept. */
  long count() {
    return count;
  }

  List<Finding> bad() {
    return bad;
  }

  List<Finding> disputes() {
    return disputes;
  }

  List<String> remarks() {
    List<String> all = new ArrayList<>(remarks);
    if (count > bad.size()) {
      all.add("Of " + count + " findings the first " + bad.size() + " are listed.");
    }
    return all;
  }
}
