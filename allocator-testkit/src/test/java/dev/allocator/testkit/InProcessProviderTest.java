package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Durations;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.Secret;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.core.ssh.GeneratedKey;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Location;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.MachineTags;
import dev.allocator.spi.Processes;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InProcessProviderTest {

    private static final RealmId REALM = RealmId.random();
    private static final Credentials LOGIN = Credentials.password("tester", Secret.of("pw"));

    @TempDir
    Path directory;

    private final InProcessHost host = new InProcessHost();

    @AfterEach
    void close() {
        host.close();
    }

    private Provider provider(String instance) throws ProviderException {
        return new InProcessProviderFactory(host).open(new Context(instance, directory));
    }

    private static MachineSpec spec(Map<String, String> settings) {
        return new MachineSpec(
                MachineId.random(),
                Profile.named("p", "in-process").login(LOGIN).build(),
                new MapSettings(settings),
                new Location("a test", 0, 0),
                Optional.empty(),
                "machine",
                false,
                new MachineTags(REALM, Optional.of(LeaseId.random()), "me", Optional.empty(), Map.of()));
    }

    private static Machine create(Provider provider, MachineSpec spec, Optional<Bootstrap> bootstrap) throws Exception {
        MachinePlan plan = provider.plan(spec);
        return provider.create(plan, new Creation(bootstrap));
    }

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(ProviderFactory.class))
                .anyMatch(factory -> factory instanceof InProcessProviderFactory);
    }

    @Test
    void machinesAreCreatedFoundAndDestroyedOnce() throws Exception {
        Provider provider = provider("one");
        MachineSpec spec = spec(Map.of());
        Machine machine = create(provider, spec, Optional.empty());
        assertThat(create(provider, spec, Optional.empty()).address()).isEqualTo(machine.address());
        assertThat(provider.list()).extracting(FoundMachine::ref).containsExactly(machine.ref());
        assertThat(provider("one").list()).hasSize(1);
        assertThat(provider("two").list()).isEmpty();
        assertThat(provider.check(machine.ref()).state()).isEqualTo(State.RUNNING);
        SshConnection.open(
                        BannerSocket.connect(machine.address().orElseThrow(), Duration.ofSeconds(10)),
                        LOGIN,
                        List.of(),
                        Duration.ofSeconds(20))
                .close();
        provider.destroy(machine.ref());
        provider.destroy(machine.ref());
        assertThat(provider.check(machine.ref()).state()).isEqualTo(State.GONE);
        assertThat(provider.list()).isEmpty();
        assertThatThrownBy(() -> create(provider, spec, Optional.empty()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("destroyed");
    }

    @Test
    void theBootstrapKeysArePlanted() throws Exception {
        GeneratedKey root = SshKeys.generate("root");
        GeneratedKey hostKey = SshKeys.generate("host");
        Bootstrap bootstrap = new Bootstrap(root.authorizedKey(), hostKey.privateKey(), hostKey.publicKey());
        Machine machine = create(provider("one"), spec(Map.of()), Optional.of(bootstrap));
        try (SshConnection connection = SshConnection.open(
                BannerSocket.connect(machine.address().orElseThrow(), Duration.ofSeconds(10)),
                Credentials.key("root", root.privateKey()),
                List.of(hostKey.publicKey()),
                Duration.ofSeconds(20))) {
            assertThat(connection
                            .exec(Command.of("true"), new RootAccess.Direct())
                            .succeeded())
                    .isTrue();
        }
    }

    @Test
    void faultsHappenWhenAskedFor() throws Exception {
        Provider provider = provider("one");
        assertThatThrownBy(() -> provider.plan(spec(Map.of("fault", "plan-fails"))))
                .hasMessageContaining("plan-fails");
        assertThatThrownBy(() -> create(provider, spec(Map.of("fault", "create-fails")), Optional.empty()))
                .hasMessageContaining("create-fails");
        Machine dies = create(provider, spec(Map.of("fault", "dies", "dies-after", "50ms")), Optional.empty());
        await().until(() -> dies.death().toCompletableFuture().isDone());
        assertThat(provider.check(dies.ref()).state()).isEqualTo(State.STOPPED);
        Machine stays = create(provider, spec(Map.of("fault", "destroy-fails")), Optional.empty());
        assertThatThrownBy(() -> provider.destroy(stays.ref())).hasMessageContaining("destroy-fails");
        assertThat(provider.check(stays.ref()).state()).isEqualTo(State.RUNNING);
        host.machine(stays.ref().machine()).orElseThrow().repair();
        provider.destroy(stays.ref());
        assertThat(provider.check(stays.ref()).state()).isEqualTo(State.GONE);
    }

    @Test
    void destroyingFailsAsOftenAsTheProfileSays() throws Exception {
        Provider provider = provider("one");
        Machine machine = create(provider, spec(Map.of("destroy-failures", "2")), Optional.empty());
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> provider.destroy(machine.ref())).hasMessageContaining("destroy-fails");
            assertThat(provider.check(machine.ref()).state()).isEqualTo(State.RUNNING);
        }
        provider.destroy(machine.ref());
        assertThat(host.machines()).isEmpty();
    }

    @Test
    void destroyingEndsACreationThatIsUnderWay() throws Exception {
        Provider provider = provider("one");
        MachineSpec spec = spec(Map.of("create-takes", "1h"));
        MachinePlan plan = provider.plan(spec);
        Thread destroyer = new Thread(() -> host.destroy(spec.id()));
        destroyer.start();
        assertThatThrownBy(() -> provider.create(plan, new Creation(Optional.empty())))
                .isInstanceOf(ProviderException.class);
        destroyer.join();
        assertThat(host.machines()).isEmpty();
    }

    private record Creation(Optional<Bootstrap> bootstrap) implements CreateContext {
        @Override
        public Deadline deadline() {
            return Deadline.in(Duration.ofMinutes(1));
        }

        @Override
        public Optional<Claim> claim() {
            return Optional.empty();
        }

        @Override
        public void record(MachineRef ref) {}

        @Override
        public boolean usedRecently(HostAndPort address) {
            return false;
        }

        @Override
        public void progress(String message) {}
    }

    private record Context(String instance, Path root) implements ProviderContext {
        @Override
        public Settings settings() {
            return new MapSettings(Map.of());
        }

        @Override
        public Processes processes() {
            throw new UnsupportedOperationException("not needed");
        }

        @Override
        public Path directory(MachineId machine) {
            try {
                return Files.createDirectories(directoryPath(machine));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Path directoryPath(MachineId machine) {
            return root.resolve(machine.value());
        }

        @Override
        public Path directories() {
            return root;
        }

        @Override
        public Path log(MachineId machine, String name) {
            return directory(machine).resolve(name);
        }

        @Override
        public Path cacheDirectory() {
            return root;
        }

        @Override
        public RealmId realm() {
            return REALM;
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public Path resolve(String path, Location location) {
            return root.resolve(path);
        }
    }

    private record MapSettings(Map<String, String> values) implements Settings {
        @Override
        public Optional<String> string(String name) {
            return Optional.ofNullable(values.get(name));
        }

        @Override
        public Optional<Secret> secret(String name) {
            return string(name).map(Secret::of);
        }

        @Override
        public Optional<Boolean> bool(String name) {
            return string(name).map(Boolean::valueOf);
        }

        @Override
        public Optional<Long> integer(String name) {
            return string(name).map(Long::valueOf);
        }

        @Override
        public Optional<DataSize> size(String name) {
            return string(name).map(DataSize::parse);
        }

        @Override
        public Optional<Duration> duration(String name) {
            return string(name).map(Durations::parse);
        }

        @Override
        public List<String> list(String name) {
            return List.of();
        }

        @Override
        public Map<String, String> map(String name) {
            return Map.of();
        }

        @Override
        public Optional<Settings> section(String name) {
            return Optional.empty();
        }

        @Override
        public Map<String, Map<String, String>> maps(String name) {
            return Map.of();
        }

        @Override
        public Map<String, Settings> sections(String name) {
            return Map.of();
        }

        @Override
        public Location location(String name) {
            return new Location("a test", 0, 0);
        }
    }
}
