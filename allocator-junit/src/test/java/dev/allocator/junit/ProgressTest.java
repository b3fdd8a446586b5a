package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** People are told what their tests wait for, whether or not there is a log. */
class ProgressTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void onTheConsoleWithoutABinding(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        assertThat(jvm.run("MethodFixtures$Upgrade").err())
                .containsPattern(
                        "\\[allocator] MethodFixtures.Upgrade.upgrades: 'server' \\(login\\) is being created \\(since \\d\\d:\\d\\d:\\d\\d, ")
                .containsPattern("'client' \\(login\\) boots, waiting for its log-in \\(since ")
                .containsPattern("\\[allocator] MethodFixtures.Upgrade.upgrades: 'client' \\(login\\) ready after ");
        jvm.awaitNothingLeft();
    }
}
