package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What cannot be had or meant is said clearly, and what is not run makes nothing. */
class MistakesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void areTold(JUnitVersion version) throws Exception {
        Outcome outcome = run(
                version,
                "WrongFieldType",
                "WrongParameterType",
                "FinalField",
                "StaticOfTest",
                "BeforeAllOfTest",
                "AfterAllOfTest",
                "ConstructorOfTest",
                "TwoOfOneName",
                "TwoScopesOfOneName",
                "WrongTtl",
                "WrongName",
                "UnknownProfile",
                "NoConfig",
                "BrokenConfig",
                "NeverReady",
                "NoPlan",
                "NeverReadyIsNoReasonToSkip");
        outcome.with(
                        "FAILED",
                        "WrongFieldType",
                        "on field MistakeFixtures.WrongFieldType.field: it must be of type dev.allocator.Lease, not java.lang.String")
                .with(
                        "FAILED",
                        "WrongParameterType",
                        "on parameter parameter of MistakeFixtures.WrongParameterType.test(String): it must be of type dev.allocator.Lease")
                .with("FAILED", "FinalField", "the field must not be final")
                .with("FAILED", "StaticOfTest", "its scope must be CLASS or RUN")
                .with("FAILED", "BeforeAllOfTest", "its scope must be CLASS or RUN")
                .with("FAILED", "AfterAllOfTest", "its scope must be CLASS or RUN")
                .with(
                        "FAILED",
                        "ConstructorOfTest",
                        "the constructor of MistakeFixtures.ConstructorOfTest(Lease): it is there for all tests")
                .with(
                        "FAILED",
                        "TwoOfOneName.test",
                        "two different machines are called 'server'",
                        "TwoOfOneName.prepare(Lease)",
                        "TwoOfOneName.test(Lease)")
                .with("FAILED", "TwoScopesOfOneName", "scope = METHOD", "scope = CLASS")
                .with("FAILED", "WrongTtl.test", "not a duration: 'soon'")
                .with("FAILED", "WrongName.test", "not a host name: 'My Server'")
                .with("FAILED", "UnknownProfile.test", "no profile 'bear'; ", "bare")
                .with(
                        "FAILED",
                        "NoConfig.test",
                        "@Machines(config = \"no-such.yaml\") on MistakeFixtures.NoConfig: there is no file " + folder)
                .with("FAILED", "BrokenConfig.test", "broken.yaml:1:")
                .with("FAILED", "NeverReady.test", "ReadinessTimeoutException")
                .with("FAILED", "NoPlan.test", "plan: profile 'impossible' asks for a fault")
                .with("FAILED", "NeverReadyIsNoReasonToSkip.test", "ReadinessTimeoutException");
        assertThat(outcome.published("NeverReady.test").resolve("never").resolve("events.log"))
                .isNotEmptyFile();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMissingIsTheReasonToSkip(JUnitVersion version) throws Exception {
        run(
                        version,
                        "NoKvm",
                        "SkippedWithoutKvm",
                        "ClassSkippedWithoutKvm",
                        "SkippedWithoutPlan",
                        "SkippedWithoutPlugin")
                .with("FAILED", "NoKvm.test", "KVM is required, and provider 'process' has none")
                .with("ABORTED", "SkippedWithoutKvm.test", "KVM is required, and provider 'process' has none")
                .with("ABORTED", "ClassSkippedWithoutKvm", "KVM is required, and provider 'process' has none")
                .with("ABORTED", "SkippedWithoutPlan.test", "profile 'impossible' asks for a fault")
                .with(
                        "ABORTED",
                        "SkippedWithoutPlugin.test",
                        "provider 'far-away' cannot be used: ",
                        "a plugin of type 'nobody-has-it', which is not on the class path");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotRunOpensNothing(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        jvm.run("EndFixtures$AllDisabled", "EndFixtures$ClassDisabled")
                .with("SKIPPED", "AllDisabled.test", "not today")
                .with("SKIPPED", "ClassDisabled", "not this class");
        jvm.run("--discover", "MethodFixtures$Places", "ClassFixtures$Shared");
        assertThat(jvm.outcome().journal()).contains("discovered true");
        assertThat(jvm.state()).doesNotExist();
    }

    private Outcome run(JUnitVersion version, String... fixtures) throws Exception {
        Files.writeString(folder.resolve("broken.yaml"), "profiles: {x: 7");
        String[] names = new String[fixtures.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = "MistakeFixtures$" + fixtures[i];
        }
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run(names);
        jvm.awaitNoProcess();
        return outcome;
    }
}
