package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each test has machines of its own. */
class MethodScopeTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void theExampleOfTheDocumentation(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run("MethodFixtures$Upgrade").allSuccessful();
        assertThat(outcome.leases("upgrade")).hasSize(2).allMatch(pair -> pair.size() == 2);
        assertThat(outcome.allLeases()).hasSize(4);
        jvm.awaitNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void machinesAreThereInAllPlaces(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run(
                        "MethodFixtures$Places",
                        "MethodFixtures$OneInstance",
                        "MethodFixtures$Several",
                        "MethodFixtures$Alone",
                        "MethodFixtures$AloneByParameter")
                .allSuccessful();

        List<List<String>> before = outcome.leases("before"); // named, other, composed, inherited, constructed
        assertThat(before).hasSize(3);
        assertThat(before.stream().flatMap(List::stream)).doesNotHaveDuplicates();
        List<String> test = outcome.lease("test"); // named, another, composed, inherited, constructed
        assertThat(test).doesNotHaveDuplicates();
        assertThat(before).anySatisfy(same -> {
            assertThat(test.get(0)).isEqualTo(same.get(0));
            assertThat(test.subList(2, 5)).isEqualTo(same.subList(2, 5));
        });
        List<String> nested = outcome.lease("nested"); // named, inner, composed, inherited, constructed
        assertThat(before).anySatisfy(same -> {
            assertThat(nested.get(0)).isEqualTo(same.get(0));
            assertThat(nested.subList(2, 5)).isEqualTo(same.subList(2, 5));
        });

        assertThat(outcome.leases("each"))
                .containsExactly(outcome.lease("one"), outcome.lease("two").subList(0, 1))
                .doesNotHaveDuplicates();

        List<List<String>> repeated = outcome.leases("repeated");
        assertThat(repeated).hasSize(2);
        assertThat(List.of(
                        repeated.get(0),
                        repeated.get(1),
                        outcome.lease("parameterized-a"),
                        outcome.lease("parameterized-b"),
                        outcome.leases("dynamic").get(0)))
                .flatExtracting(pair -> pair)
                .hasSize(10)
                .doesNotHaveDuplicates();
        assertThat(outcome.leases("dynamic").get(0))
                .isEqualTo(outcome.leases("dynamic").get(1));
        assertThat(outcome.leases("alone")).extracting(List::size).containsExactly(2, 1);
        jvm.awaitNothingLeft();
    }
}
