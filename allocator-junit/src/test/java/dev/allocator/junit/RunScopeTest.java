package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All tests of a JVM share machines, and run at the same time. */
class RunScopeTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void madeOnceForClassesAtTheSameTime(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version).parallel(4);
        Outcome outcome = jvm.run("RunFixtures$One", "RunFixtures$Two").allSuccessful();
        assertThat(outcome.leases("run")).hasSize(2);
        assertThat(outcome.allLeases()).hasSize(2);
        jvm.awaitNothingLeft();
    }

    /** As by Surefire with several forks. */
    @ParameterizedTest
    @EnumSource
    void madeOnceForClassesThatAreRunOneByOne(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run("--one-by-one", "RunFixtures$One", "RunFixtures$Two", "RunFixtures$Other")
                .with(
                        "FAILED",
                        "Other.test",
                        "two different machines are called 'database'",
                        "RunFixtures.One.shared",
                        "RunFixtures.Other.test(Lease)");
        assertThat(outcome.leases("run")).hasSize(2);
        assertThat(outcome.allLeases()).hasSize(2);
        jvm.awaitNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void noMoreTestsAtATimeThanAskedFor(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version).parallel(2);
        Outcome outcome = jvm.run("RunFixtures$Many", "RunFixtures$OneInstance")
                .with(
                        "FAILED",
                        "OneInstance.test",
                        "field RunFixtures.OneInstance.field: tests that run at the same time");
        assertThat(outcome.leases("many")).hasSize(8);
        assertThat(outcome.leases("many").stream().flatMap(List::stream)).doesNotHaveDuplicates();
        assertThat(outcome.leases("running").stream().map(count -> Integer.parseInt(count.get(0))))
                .hasSize(8)
                .allMatch(count -> count <= 2);
        jvm.awaitNothingLeft();
    }
}
