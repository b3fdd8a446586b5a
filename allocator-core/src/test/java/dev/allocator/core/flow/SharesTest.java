package dev.allocator.core.flow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Profile;
import dev.allocator.Share;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Location;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of shares before a machine is made. */
class SharesTest {

    private static final Location PROFILE = new Location("/etc/some.yaml", 3, 3);
    private static final Location SHARES = new Location("/etc/some.yaml", 7, 13);

    @TempDir
    Path folder;

    @Test
    void aFolderThatIsThereIsFine() {
        assertThatCode(() -> require(able(true), new Share(folder, "/a", false), new Share(folder, "/b", true)))
                .doesNotThrowAnyException();
        assertThatCode(() -> require(able(false))).doesNotThrowAnyException();
    }

    @Test
    void whatIsWrongIsToldWithItsPlace() throws Exception {
        assertWrong(able(true), "there is no folder " + folder + "/x to share: create it", share("x"));
        Files.createFile(folder.resolve("f"));
        assertWrong(able(true), "there is no folder " + folder + "/f to share: it is a file", share("f"));
        assertWrong(able(true), "two shares of profile 'p' are at /here in the machine", share(""), share(""));
    }

    @Test
    void aProviderThatCannotIsTold() {
        assertWrong(able(false), "profile 'p' has 'shares', but provider 'any' cannot show folders", share(""));
    }

    private Share share(String name) {
        return new Share(folder.resolve(name), "/here", false);
    }

    private static void assertWrong(Provider provider, String message, Share... shares) {
        assertThatThrownBy(() -> require(provider, shares))
                .isInstanceOf(ProviderException.class)
                .hasMessageStartingWith("/etc/some.yaml:7:13: " + message);
    }

    private static void require(Provider provider, Share... shares) throws ProviderException {
        Profile.Builder profile = Profile.named("p", "any");
        List.of(shares).forEach(profile::share);
        ConfigNode node =
                ConfigNode.section(PROFILE, List.of(new Entry("shares", PROFILE, ConfigNode.list(SHARES, List.of()))));
        CheckedSettings settings = new SettingsReader(new Problems(), false)
                .read(new SettingsReader.Section("profile 'p'", PROFILE, node), List.of("shares"), List.of());
        Shares.require(new ResolvedProfile(profile.build(), settings, PROFILE, Optional.empty()), provider);
    }

    private static Provider able(boolean able) {
        return new Provider() {
            @Override
            public Set<Capability> capabilities() {
                return able ? Set.of(Capability.SHARES) : Set.of();
            }

            @Override
            public MachinePlan plan(MachineSpec spec) {
                throw new AssertionError("not yet");
            }

            @Override
            public Machine create(MachinePlan plan, CreateContext context) {
                throw new AssertionError("not yet");
            }

            @Override
            public void destroy(MachineRef ref) {
                throw new AssertionError("not yet");
            }

            @Override
            public MachineHealth check(MachineRef ref) {
                throw new AssertionError("not yet");
            }
        };
    }
}
