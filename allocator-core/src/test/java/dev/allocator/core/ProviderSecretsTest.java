package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings of providers that are secret. */
class ProviderSecretsTest extends ScriptedEngine {

    private AllocatorOptions.Builder configured(String token) {
        return options()
                .profile(Profile.named("demo", "east")
                        .readiness(Readiness.none())
                        .build())
                .provider("east", "scripted", Map.of("region", "eu", "token", token));
    }

    private static boolean holds(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aProcessWithoutTheConfigurationDestroysWithThem() throws Exception {
        Lease lease = open(configured("canary-token")).allocate("demo");
        Path blob = assertThat(files("blobs")).singleElement().actual();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(blob)))
                .isEqualTo("rw-------");
        Path reaper = state().resolve("reaper"); // may hold a copy of this very class
        assertThat(files("").stream()
                        .filter(file -> !file.startsWith(reaper))
                        .filter(file -> holds(file, "canary-token")))
                .containsExactly(blob);

        open().lease(lease.id()).orElseThrow().discard();

        assertThat(provider.tokens).containsExactly("canary-token");
        assertNothingLeft();
    }

    @Test
    void eachMachineIsDestroyedWithItsOwn() {
        Lease first = open(configured("first")).allocate("demo");
        Lease second = open(configured("second")).allocate("demo");
        Allocator other = open();
        other.lease(first.id()).orElseThrow().discard();
        other.lease(second.id()).orElseThrow().discard();
        assertThat(provider.tokens).containsExactlyInAnyOrder("first", "second");
        assertNothingLeft();
    }

    @Test
    void noneAreKeptWhereThereAreNone() {
        open().allocate("demo");
        assertThat(files("blobs")).isEmpty();
    }

    @Test
    void aFailedAllocationLeavesNone() {
        provider.create = ScriptedProvider.failing("no such luck");
        assertThatThrownBy(() -> open(configured("canary-token")).allocate("demo"))
                .hasMessageContaining("no such luck")
                .hasMessageNotContaining("canary-token");
        assertNothingLeft();
    }

    @Test
    void thoseWithoutARecordAreRemovedOnceTheirWriterIsDead() {
        Allocator writer = open(configured("canary-token"));
        Lease lease = writer.allocate("demo");
        forget(lease);
        Allocator other = open(configured("canary-token"));
        other.cleanup();
        assertThat(files("blobs")).hasSize(1); // it may be about to write the record
        writer.close();
        other.cleanup();
        assertNothingLeft();
    }

    @Test
    void damagedOnesProtectTheMachine() throws Exception {
        Lease lease = open(configured("canary-token")).allocate("demo");
        Path blob = files("blobs").get(0);
        String content = Files.readString(blob);
        Files.writeString(blob, content.substring(0, content.length() - 5));
        Lease same = open().lease(lease.id()).orElseThrow();
        assertThatThrownBy(same::discard)
                .hasMessageContaining("the provider's secrets for machine")
                .hasMessageNotContaining("canary-token");
        assertThat(provider.machines).hasSize(1);
        Files.writeString(blob, content);
        same.discard();
        assertNothingLeft();
    }
}
