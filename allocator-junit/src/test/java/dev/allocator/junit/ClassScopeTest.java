package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tests of a class share machines. */
class ClassScopeTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void sharedByTheTestsOfOneClass(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run(
                        "ClassFixtures$Shared",
                        "ClassFixtures$Heir",
                        "ClassFixtures$OneInstance",
                        "ClassFixtures$Parameterized",
                        "ClassFixtures$Networks")
                .allSuccessful();

        for (int i = 0; i < 2; i++) { // the class and its heir
            List<String> first = outcome.leases("first").get(i); // field, of the instance, late, own
            List<String> second = outcome.leases("second").get(i);
            assertThat(first).doesNotHaveDuplicates();
            assertThat(second.subList(0, 3)).isEqualTo(first.subList(0, 3));
            assertThat(second.get(3)).isNotEqualTo(first.get(3));
            assertThat(outcome.leases("end").get(i)).containsExactly(first.get(0));
            List<String> nested = outcome.leases("nested").get(i); // field, of the instance, its own
            assertThat(nested).startsWith(first.get(0), first.get(1)).doesNotHaveDuplicates();
            assertThat(outcome.leases("innermost").get(i))
                    .startsWith(nested.get(0), nested.get(1), nested.get(2))
                    .doesNotHaveDuplicates();
        }
        assertThat(outcome.leases("first").get(1))
                .doesNotContainAnyElementsOf(outcome.leases("first").get(0));
        assertThat(outcome.leases("begin").get(2)).isEqualTo(outcome.lease("one"));
        assertThat(outcome.journal().stream().filter(line -> line.startsWith("test ")))
                .hasSize(2)
                .extracting(line -> line.split(" ")[1])
                .containsOnly(outcome.leases("test").get(0).get(0));
        assertThat(outcome.lease("networks")).hasSize(3);
        jvm.awaitNothingLeft();
    }
}
