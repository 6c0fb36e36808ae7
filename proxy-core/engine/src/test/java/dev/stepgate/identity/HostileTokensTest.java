package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.identity.Verification.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every hostile change, on a token of every provider. */
class HostileTokensTest {

  @TestFactory
  List<DynamicContainer> a_hostile_token_is_refused_and_without_the_change_accepted() {
    List<DynamicContainer> providers = new ArrayList<>();
    for (Provider provider : Provider.values()) {
      providers.add(
          DynamicContainer.dynamicContainer(
              provider.name(),
              Hostile.cases().stream()
                  .map(
                      hostile ->
                          DynamicTest.dynamicTest(hostile.name(), () -> run(provider, hostile)))));
    }
    return providers;
  }

  @Test
  void the_cases_have_names_of_their_own_and_are_many() {
    List<String> names = Hostile.cases().stream().map(Hostile::name).toList();

    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    assertThat(names).hasSizeGreaterThan(100);
  }

  private static void run(Provider provider, Hostile hostile) {
    new Rig(provider).accepts(provider.forge().token());
    Rig rig = new Rig(provider);

    Refused refused = rig.refuses(hostile.token().apply(provider.forge(), rig));

    assertThat(refused.code()).as(refused.sentence()).isEqualTo(hostile.code());
    assertThat(refused.sentence()).matches("[ -~…]+").hasSizeLessThan(400);
    assertThat(rig.fetched).allMatch(url -> rig.served.containsKey(url));
  }
}
