package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.AllocatorOptions;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.lxd.LxdHost;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What LXD refuses, and what its user is told: one sentence that names what is wrong. */
@Timeout(60)
class SentencesTest {

    private static LxdHost host;

    @TempDir
    Path state;

    @BeforeAll
    static void find() {
        host = LxdHost.require();
    }

    @AfterAll
    static void leave() {
        if (host != null) {
            host.close();
        }
    }

    /** What is asked for, and words of what is answered. */
    enum Mistake {
        NO_SUCH_ALIAS(profile -> profile.image("nosuchimage"), "nosuchimage"),
        NO_SUCH_FINGERPRINT(profile -> profile.image("0123456789ab"), "0123456789ab"),
        NO_SUCH_REMOTE(profile -> profile.image("no-such-remote:12"), "no-such-remote"),
        BAD_MEMORY(profile -> profile.setting("config", Map.of("limits.memory", "lots")), "lots"),
        BAD_CPU(profile -> profile.setting("config", Map.of("limits.cpu", "most")), "CPU"),
        UNKNOWN_KEY(profile -> profile.setting("config", Map.of("no.such.key", "1")), "no.such.key"),
        NO_SUCH_POOL(profile -> profile.setting("pool", "no-such-pool"), "no-such-pool"),
        NO_SUCH_NETWORK(profile -> profile.setting("lxd-network", "no-such-network"), "no-such-network"),
        NO_SUCH_PROFILE(profile -> profile.setting("profiles", List.of("no-such-profile")), "no-such-profile"),
        BAD_SIZE(
                profile -> profile.setting(
                        "devices",
                        Map.of("root", Map.of("type", "disk", "path", "/", "pool", "default", "size", "lots"))),
                "lots"),
        NO_VIRTUAL_MACHINES(profile -> profile.setting("vm", true), "virtual machine");

        private final UnaryOperator<Profile.Builder> mistake;
        private final String word;

        Mistake(UnaryOperator<Profile.Builder> mistake, String word) {
            this.mistake = mistake;
            this.word = word;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isExplained(Mistake mistake) {
        Profile profile = mistake.mistake
                .apply(host.container("wrong").readiness(Readiness.none()))
                .build();
        String sentence = refusal(host.settings(), profile);
        assertThat(sentence).containsIgnoringCase(mistake.word);
        assertThat(host.instances()).isEmpty();
    }

    /** Where LXD itself is the problem. */
    enum Away {
        NO_SOCKET("no-such-socket"),
        NO_DAEMON("nobody-listens"),
        NO_LXD("not-a-socket");

        private final String file;

        Away(String file) {
            this.file = file;
        }
    }

    @ParameterizedTest
    @EnumSource
    void soIsAnLxdThatIsNotThere(Away away) throws Exception {
        Path socket = state.resolve(away.file);
        if (away == Away.NO_DAEMON) {
            try (var left = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
                left.bind(java.net.UnixDomainSocketAddress.of(socket));
            }
        } else if (away == Away.NO_LXD) {
            java.nio.file.Files.createFile(socket);
        }
        Map<String, Object> settings = new HashMap<>(host.settings());
        settings.put("socket", socket.toString());
        String sentence = refusal(settings, host.container("demo").build());
        assertThat(sentence).contains(socket.toString());
        try (Allocator allocator = open(settings, host.container("demo").build())) {
            assertThat(allocator.health())
                    .anySatisfy(health -> assertThat(health.toString()).contains(socket.toString()));
        }
    }

    private Allocator open(Map<String, Object> settings, Profile profile) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state.resolve("state"))
                .provider("lxd", "lxd", settings)
                .profile(profile)
                .build());
    }

    private String refusal(Map<String, Object> settings, Profile profile) {
        Throwable refusal = catchThrowable(() -> {
            try (Allocator allocator = open(settings, profile)) {
                allocator.allocate(profile.name());
            }
        });
        assertThat(refusal).isInstanceOf(AllocatorException.class);
        assertThat(refusal.getMessage().lines()).hasSize(1);
        return refusal.getMessage();
    }
}
