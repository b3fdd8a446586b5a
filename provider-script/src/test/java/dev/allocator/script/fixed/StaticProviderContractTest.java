package dev.allocator.script.fixed;

import dev.allocator.Credentials;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.script.StaticProviderFactory;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.Accounts;
import dev.allocator.testkit.InProcessSshServer;
import dev.allocator.testkit.ProviderContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that accept connections, one of which can be logged in to, and a clean-up that takes a moment. */
class StaticProviderContractTest extends ProviderContract.V1 {

    private static final int HOSTS = 4;

    @TempDir
    Path home;

    private final List<ServerSocket> listening = new ArrayList<>();
    private final List<InProcessSshServer> servers = new ArrayList<>();
    private Lab lab;

    /** Before the contract's own preparations, which open a provider. */
    private Lab lab() {
        if (lab == null) {
            lab = new Lab(folder()).setting("cleanup", "cat >/dev/null; sleep 0.1");
            try {
                for (int i = 0; i < HOSTS; i++) {
                    listening.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
                    lab.host(
                            "host" + i,
                            "address",
                            "127.0.0.1:" + listening.get(i).getLocalPort());
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            Accounts accounts = new Accounts();
            accounts.add(Credentials.password("user", Secret.of("secret")));
            servers.add(InProcessSshServer.builder(home).accounts(accounts).start());
            lab.host(
                    "ssh",
                    "address",
                    servers.get(0).address().toString(),
                    "user",
                    "user",
                    "labels",
                    Map.of("logs-in", ""),
                    "gpus",
                    "A100");
        }
        return lab;
    }

    @AfterEach
    void close() throws IOException {
        for (ServerSocket socket : listening) {
            socket.close();
        }
        servers.forEach(InProcessSshServer::close);
    }

    @Override
    protected ProviderFactory factory() {
        return new StaticProviderFactory();
    }

    @Override
    protected Map<String, Object> settings() {
        return lab().settings();
    }

    @Override
    protected Profile profile() {
        return Profile.named("cheap", "lab").readiness(Readiness.none()).build();
    }

    @Override
    protected Optional<Profile> loginProfile() {
        return Optional.of(Profile.named("login", "lab").label("logs-in", "").build());
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(Profile.named("none", "lab").cpu(64).build());
    }

    @Override
    protected Map<String, Object> settingsWithSecrets(String canary) {
        for (int i = 0; i < HOSTS; i++) {
            lab().host("host" + i, "address", "127.0.0.1:" + listening.get(i).getLocalPort(), "password", canary);
        }
        return lab().settings();
    }
}
