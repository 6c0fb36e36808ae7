package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.identity.ReplayStore.Answer;
import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

  private static final Instant NOW = Rig.NOW;
  private static final Instant LATER = NOW.plusSeconds(300);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void file() {
    file = directory.resolve("presented");
  }

  @Test
  void a_token_is_good_for_its_own_job_again_but_for_no_other_and_nobody_else() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.present("t", "job-1", "uid 1001", LATER, NOW)).isEqualTo(Answer.FIRST);
      assertThat(store.present("t", "job-1", "uid 1001", LATER, NOW)).isEqualTo(Answer.SAME);
      assertThat(store.present("t", "job-2", "uid 1001", LATER, NOW)).isEqualTo(Answer.OTHER);
      assertThat(store.present("t", "job-1", "uid 1002", LATER, NOW)).isEqualTo(Answer.OTHER);
      assertThat(store.present("t", "job-1", "uid 1001", LATER, NOW)).isEqualTo(Answer.SAME);
    }
  }

  @Test
  void who_only_asks_is_told_whether_it_is_another_s_and_is_not_remembered() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.heldByOther("t", "job-1", "uid 1002", NOW)).isFalse();
      store.present("t", "job-1", "uid 1001", LATER, NOW);

      assertThat(store.heldByOther("t", "job-1", "uid 1001", NOW)).isFalse();
      assertThat(store.heldByOther("t", "job-1", "uid 1002", NOW)).isTrue();
      assertThat(store.heldByOther("t", "job-2", "uid 1001", NOW)).isTrue();
      assertThat(store.heldByOther("t", "job-2", "uid 1001", LATER.plusSeconds(2))).isFalse();
    }
  }

  @Test
  void job_and_presenter_do_not_run_into_each_other() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      store.present("t", "job", "1 x", LATER, NOW);

      assertThat(store.present("t", "job 1", "x", LATER, NOW)).isEqualTo(Answer.OTHER);
    }
  }

  @Test
  void it_is_remembered_across_a_restart() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      store.present("t", "job-1", "uid 1001", LATER, NOW);
    }

    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.present("t", "job-2", "uid 1001", LATER, NOW)).isEqualTo(Answer.OTHER);
      assertThat(store.present("t", "job-1", "uid 1001", LATER, NOW)).isEqualTo(Answer.SAME);
    }
  }

  @Test
  void it_is_remembered_when_the_gateway_was_killed() throws IOException {
    Path copy = directory.resolve("copy");
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      store.present("t", "job-1", "uid 1001", LATER, NOW);
      Files.copy(file, copy); // as a kill leaves it: nothing was closed
    }

    try (ReplayFile store = ReplayFile.open(copy, NOW)) {
      assertThat(store.present("t", "job-2", "uid 1001", LATER, NOW)).isEqualTo(Answer.OTHER);
    }
  }

  @Test
  void it_is_remembered_until_its_last_second_and_forgotten_after_it() throws IOException {
    Instant end = NOW.plusMillis(10_500);
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      store.present("t", "job-1", "uid 1001", end, NOW);

      assertThat(store.present("t", "job-2", "uid 1001", end, end)).isEqualTo(Answer.OTHER);
      assertThat(store.present("t", "job-2", "uid 1001", end, end.plusSeconds(2)))
          .isEqualTo(Answer.FIRST);
    }
  }

  @Test
  void a_full_store_refuses_until_something_expires() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW, 3)) {
      for (int i = 0; i < 3; i++) {
        store.present("t" + i, "job-" + i, "u", NOW.plusSeconds(10 + i), NOW);
      }

      assertThat(store.present("t9", "job-9", "u", LATER, NOW)).isEqualTo(Answer.FULL);
      assertThat(store.present("t0", "job-0", "u", LATER, NOW)).isEqualTo(Answer.SAME);
      assertThat(store.present("t9", "job-9", "u", LATER, NOW.plusSeconds(12)))
          .isEqualTo(Answer.FIRST);
    }
  }

  @Test
  void one_job_cannot_fill_the_store_for_others() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      for (int i = 0; i < ReplayFile.MAX_TOKENS_OF_A_JOB; i++) {
        assertThat(store.present("t" + i, "greedy", "u", LATER, NOW)).isEqualTo(Answer.FIRST);
      }

      assertThat(store.present("more", "greedy", "u", LATER, NOW)).isEqualTo(Answer.FULL);
      assertThat(store.present("mine", "modest", "u", LATER, NOW)).isEqualTo(Answer.FIRST);
    }
  }

  @Test
  void what_has_expired_leaves_the_file() throws IOException {
    Instant now = NOW;
    try (ReplayFile store = ReplayFile.open(file, now, 5)) {
      for (int i = 0; i < 3_000; i++) {
        store.present("t" + i, "job-" + i, "u", now.plusSeconds(1), now);
        now = now.plusSeconds(1);
      }
    }

    assertThat(Files.size(file)).isLessThan(1_100 * 210L);
  }

  @Test
  void half_a_last_line_was_never_answered_and_is_dropped() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      store.present("t", "job-1", "u", LATER, NOW);
    }
    Files.writeString(file, "001632494000 abcdef", StandardOpenOption.APPEND);

    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.present("t", "job-2", "u", LATER, NOW)).isEqualTo(Answer.OTHER);
      assertThat(store.present("t2", "job-2", "u", LATER, NOW)).isEqualTo(Answer.FIRST);
    }
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.present("t2", "job-3", "u", LATER, NOW)).isEqualTo(Answer.OTHER);
    }
  }

  @Test
  void a_file_that_holds_anything_else_is_not_used() throws IOException {
    for (String content :
        List.of(
            "",
            "hello\n",
            "stepgate-presented v2\n",
            "stepgate-presented v1\nhello\n",
            "stepgate-presented v1\n\n",
            "stepgate-presented v1\n001632494000 a b c\n")) {
      Files.writeString(file, content);

      assertThatThrownBy(() -> ReplayFile.open(file, NOW))
          .as(content)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void nobody_else_may_have_it_open_and_nobody_else_may_read_it() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.present("t", "j", "u", LATER, NOW)).isEqualTo(Answer.FIRST);
      assertThatThrownBy(() -> ReplayFile.open(file, NOW)).hasMessageContaining("in use");
    }

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).doesNotContain("job").matches("[0-9a-f -v\\n]+(?s:.*)");
  }

  @Test
  void of_simultaneous_presenters_one_wins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      List<Future<Answer>> answers =
          threads
              .invokeAll(
                  IntStream.range(0, 64)
                      .<java.util.concurrent.Callable<Answer>>mapToObj(
                          i -> () -> store.present("t", "job", "uid " + i, LATER, NOW))
                      .toList())
              .stream()
              .toList();

      int first = 0;
      for (Future<Answer> answer : answers) {
        first += answer.get() == Answer.FIRST ? 1 : 0;
      }
      assertThat(first).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void after_it_was_closed_every_token_is_refused() throws IOException {
    ReplayFile store = ReplayFile.open(file, NOW);
    store.close();

    assertThatThrownBy(() -> store.present("t", "j", "u", LATER, NOW))
        .isInstanceOf(IOException.class);
  }

  @Test
  void an_interrupted_presenter_is_refused_and_those_after_it_are_not() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      store.present("before", "job-1", "u", LATER, NOW);
      Thread.currentThread().interrupt(); // as an aborted build does
      try {
        assertThatThrownBy(() -> store.present("aborted", "job-2", "u", LATER, NOW))
            .isInstanceOf(IOException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }

      assertThat(store.present("after", "job-3", "u", LATER, NOW)).isEqualTo(Answer.FIRST);
    }
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      assertThat(store.present("before", "job-9", "u", LATER, NOW)).isEqualTo(Answer.OTHER);
      assertThat(store.present("aborted", "job-9", "u", LATER, NOW)).isEqualTo(Answer.OTHER);
      assertThat(store.present("after", "job-9", "u", LATER, NOW)).isEqualTo(Answer.OTHER);
    }
  }

  @Test
  void while_it_cannot_be_written_every_token_is_refused_and_then_no_more() throws IOException {
    try (ReplayFile store = ReplayFile.open(file, NOW)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> store.present("t", "job-1", "u", LATER, NOW))
          .isInstanceOf(IOException.class);
      assertThat(Thread.interrupted()).isTrue();
      Path inTheWay = directory.resolve("presented.new");
      Files.createDirectory(inTheWay);

      assertThatThrownBy(() -> store.present("t2", "job-2", "u", LATER, NOW))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not written since");
      Files.delete(inTheWay);

      assertThat(store.present("t2", "job-2", "u", LATER, NOW)).isEqualTo(Answer.FIRST);
      assertThat(store.present("t", "job-2", "u", LATER, NOW)).isEqualTo(Answer.OTHER);
    }
  }

  @Test
  void a_verified_token_is_claimed_by_one_presenter_and_another_is_refused() throws IOException {
    for (Provider provider : Provider.values()) {
      Rig rig = new Rig(provider);
      Verified verified = rig.accepts(provider.forge().token());
      Path mine = directory.resolve(provider.name());
      try (OidcVerifier verifier = verifier(provider, ReplayFile.open(mine, NOW), rig)) {
        assertThat(verifier.claim(verified, "uid 1001")).isEmpty();
        assertThat(verifier.claim(verified, "uid 1001")).isEmpty();
        assertThat(verifier.claim(verified, "uid 1002")).map(Refused::code).contains(Code.REPLAYED);
        rig.now = verified.forgetAfter();
        assertThat(verifier.claim(verified, "uid 1001")).map(Refused::code).contains(Code.EXPIRED);
      }
    }
  }

  @Test
  void an_issuer_that_gives_two_jobs_one_jti_gets_the_second_refused() throws IOException {
    Rig rig = new Rig(Provider.GITHUB);
    Verified one = rig.accepts(Provider.GITHUB.forge().token());
    Verified two = rig.accepts(Provider.GITHUB.forge().claims(c -> c.put("run_id", "9")).token());
    Verified retried =
        rig.accepts(Provider.GITHUB.forge().claims(c -> c.put("run_attempt", "3")).token());
    try (OidcVerifier verifier = verifier(Provider.GITHUB, ReplayFile.open(file, NOW), rig)) {
      verifier.claim(one, "uid 1001");

      assertThat(verifier.claim(two, "uid 1001")).map(Refused::code).contains(Code.REPLAYED);
      assertThat(verifier.claim(retried, "uid 1001")).map(Refused::code).contains(Code.REPLAYED);
    }
  }

  @Test
  void a_store_that_cannot_answer_is_a_refusal() throws IOException {
    Rig rig = new Rig(Provider.GITHUB);
    Verified verified = rig.accepts(Provider.GITHUB.forge().token());
    ReplayFile closed = ReplayFile.open(file, NOW);
    closed.close();
    try (OidcVerifier verifier = verifier(Provider.GITHUB, closed, rig)) {
      Optional<Refused> refused = verifier.claim(verified, "uid 1001");

      assertThat(refused).map(Refused::code).contains(Code.REPLAY_STORE_FAILED);
    }
  }

  private static OidcVerifier verifier(Provider provider, ReplayStore store, InstantSource clock) {
    return new OidcVerifier(
        List.of(provider.issuer()),
        issuer -> new Rig(provider),
        store,
        clock,
        Duration.ofSeconds(1));
  }
}
