package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.spi.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Log-ins and data that machines come with. */
class MachineWordsTest extends ScriptedEngine {

    private static final Credentials OWN = Credentials.password("made", Secret.of("canary-Stork5"));
    private static final HostAndPort SOMEWHERE = new HostAndPort("127.0.0.1", 9);

    private static byte[] allBytes() {
        byte[] all = new byte[512];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    private static Profile.Builder profile(String name) {
        return Profile.named(name, "scripted").readiness(Readiness.none());
    }

    @Test
    void dataIsKeptByteForByteForAllWhoKnowTheLease() throws Exception {
        provider.data = Optional.of(allBytes());
        Lease lease = open().allocate("demo");
        byte[] given = lease.data().orElseThrow();
        assertThat(given).isEqualTo(allBytes());
        given[0] = 77;
        assertThat(lease.data().orElseThrow()).isEqualTo(allBytes());
        assertThat(lease.endpoint()).isEmpty();
        assertThat(lease.info().address()).isEmpty();

        Lease same = open().lease(lease.id()).orElseThrow();
        assertThat(same.data().orElseThrow()).isEqualTo(allBytes());

        lease.discard();
        assertNothingLeft();
    }

    @Test
    void dataIsSecret() throws Exception {
        String canary = "canary-Wren8 with some more text";
        provider.data = Optional.of(canary.getBytes(StandardCharsets.UTF_8));
        provider.login = Optional.of(OWN);
        provider.address = Optional.of(SOMEWHERE);
        Lease lease = open().allocate("demo");
        String encoded = java.util.Base64.getEncoder().encodeToString(provider.data.get());
        try (Stream<Path> files = Files.walk(state())) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(state().resolve("reaper"))) // a copy of this class
                            .filter(file -> contains(file, canary)
                                    || contains(file, encoded)
                                    || contains(file, "canary-Stork5")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        assertThat(file.getParent()).isEqualTo(state().resolve("blobs"));
                        assertThat(Files.getPosixFilePermissions(file))
                                .containsExactlyInAnyOrder(
                                        PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
                    });
        }
        assertThat(lease + " " + lease.info()).doesNotContain("canary");
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theMachinesOwnLogInCountsMoreThanTheProfiles() {
        provider.capabilities = Set.of(Capability.LIST, Capability.LOGIN);
        provider.login = Optional.of(OWN);
        provider.address = Optional.of(SOMEWHERE);
        Profile other = profile("other")
                .login(Credentials.password("image", Secret.of("image")))
                .build();
        Lease lease = open(options().profile(other)).allocate("other");
        assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(OWN);
        assertThat(open().lease(lease.id())
                        .orElseThrow()
                        .endpoint()
                        .orElseThrow()
                        .credentials())
                .isEqualTo(OWN);
    }

    @Test
    void whatIsAskedForAndThereAlreadyIsNotSetUpAgain() {
        provider.capabilities = Set.of(Capability.LIST, Capability.LOGIN);
        provider.login = Optional.of(OWN);
        provider.address = Optional.of(SOMEWHERE); // where nobody answers
        Lease lease = open().allocate(
                        AllocationRequest.forProfile("demo").credentials(OWN).build());
        assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(OWN);
    }

    @Test
    void aMachineThatNobodyCanReachIsNoneToLogInTo() {
        provider.capabilities = Set.of(Capability.LIST, Capability.LOGIN);
        Profile ssh = Profile.named("ssh", "scripted").build();
        Profile banner = profile("banner").readiness(Readiness.banner()).build();
        Allocator allocator = open(options().profile(ssh).profile(banner));
        for (String name : new String[] {"ssh", "banner"}) {
            assertThatThrownBy(() -> allocator.allocate(name))
                    .isInstanceOf(ProvisioningException.class)
                    .hasMessageContaining("provider 'scripted' made a machine without an address: a profile whose"
                            + " machines have no SSH needs 'readiness: none'");
        }
        provider.address = Optional.of(SOMEWHERE);
        assertThatThrownBy(() -> allocator.allocate("ssh"))
                .hasMessageContaining("provider 'scripted' made a machine whose log-in nobody knows");
        assertNothingLeft();
    }

    @Test
    void withoutTheCapabilityAProfileHasToNameALogIn() {
        Allocator allocator =
                open(options().profile(Profile.named("ssh", "scripted").build()));
        assertThatThrownBy(() -> allocator.allocate("ssh")).hasMessageContaining("names no login");
        assertThat(provider.creates).hasValue(0);
    }
}
