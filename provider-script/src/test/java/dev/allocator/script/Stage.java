package dev.allocator.script;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.testkit.Accounts;
import dev.allocator.testkit.InProcessSshServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A project's folder, with SSH servers for its scripts to give away. */
public final class Stage implements AutoCloseable {

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private final List<InProcessSshServer> servers = new ArrayList<>();

    /** In an empty folder. */
    public Stage(Path folder) {
        this.folder = folder;
        environment.put("HOME", folder.toString());
        // What is found out about the tests' class path is found out once.
        environment.put(
                "XDG_CACHE_HOME", Path.of("target", "cache").toAbsolutePath().toString());
    }

    /** Writes a file of the project. */
    public Stage file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    /** Puts a program of the tests there. */
    public Stage program(String name) throws IOException {
        try (InputStream program = Stage.class.getResourceAsStream(name)) {
            Files.copy(program, folder.resolve(name));
        }
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** Sets a variable. */
    public Stage environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Starts an SSH server and returns its address. */
    public String server(String user, String password) throws IOException {
        Accounts accounts = new Accounts();
        accounts.add(Credentials.password(user, Secret.of(password)));
        InProcessSshServer server = InProcessSshServer.builder(
                        Files.createDirectories(folder.resolve("home-" + servers.size())))
                .accounts(accounts)
                .start();
        servers.add(server);
        return server.address().toString();
    }

    /** Opens an allocator as a program in that folder does. */
    public Allocator open() {
        return Allocator.open(AllocatorOptions.builder()
                .workingDirectory(folder)
                .stateDirectory(folder.resolve("state"))
                .environment(environment)
                .build());
    }

    /** The lines of a file of the project. */
    public List<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    @Override
    public void close() {
        servers.forEach(InProcessSshServer::close);
    }
}
