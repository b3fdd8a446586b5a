package dev.allocator.cli;

import dev.allocator.Secret;
import dev.allocator.SshEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder only its user can open, with what {@code ssh} needs for one log-in, so that no secret is in an argument or
 * a variable. It is gone when closed; a password is gone once {@code ssh} has asked for it.
 */
final class SshFolder implements AutoCloseable {

    private static final String ASK_PASS = """
            #!/bin/sh
            cat "${0%/*}/password" && rm -f "${0%/*}/password"
            """;

    private final Path folder;
    private final SshEndpoint endpoint;

    private SshFolder(Path folder, SshEndpoint endpoint) {
        this.folder = folder;
        this.endpoint = endpoint;
    }

    static SshFolder create(SshEndpoint endpoint) throws IOException {
        SshFolder made = new SshFolder(Files.createTempDirectory("allocator-ssh-"), endpoint);
        try {
            made.fill();
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    private void fill() throws IOException {
        write("known_hosts", String.join("\n", endpoint.knownHosts()) + "\n", "rw-------");
        if (endpoint.privateKey().isPresent()) {
            write("key", endpoint.privateKey().get().reveal().stripTrailing() + "\n", "rw-------");
        } else {
            write("password", endpoint.password().map(Secret::reveal).orElse("") + "\n", "rw-------");
            write("askpass", ASK_PASS, "rwx------");
        }
    }

    private void write(String name, String text, String permissions) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }

    /** The {@code ssh} that logs in and runs the words, if there are any. */
    List<String> command(List<String> words) {
        // The user's own configuration could send the log-in elsewhere, or forward an agent into the machine.
        List<String> command = new ArrayList<>(List.of("ssh", "-F", "none"));
        option(command, "User", endpoint.user());
        option(command, "Port", String.valueOf(endpoint.port()));
        option(command, "LogLevel", "ERROR");
        option(command, "GlobalKnownHostsFile", "/dev/null");
        option(command, "UserKnownHostsFile", path("known_hosts"));
        option(command, "StrictHostKeyChecking", endpoint.hostKeys().isEmpty() ? "accept-new" : "yes");
        option(command, "IdentitiesOnly", "yes");
        option(command, "NumberOfPasswordPrompts", "1");
        if (endpoint.privateKey().isPresent()) {
            option(command, "IdentityFile", path("key"));
            option(command, "PreferredAuthentications", "publickey");
        } else {
            option(command, "PubkeyAuthentication", "no");
            option(command, "PreferredAuthentications", "password,keyboard-interactive");
        }
        command.add("--");
        command.add(endpoint.host());
        command.addAll(words);
        return command;
    }

    private static void option(List<String> command, String key, String value) {
        command.add("-o");
        command.add(key + "=" + value);
    }

    /** Quoted, and with {@code %} doubled, as ssh_config(5) wants it. */
    private String path(String name) {
        return '"' + folder.resolve(name).toString().replace("%", "%%") + '"';
    }

    /** Makes {@code ssh} (8.4 or newer) ask our script for the password, on a terminal too. */
    Map<String, String> environment() {
        return endpoint.privateKey().isPresent()
                ? Map.of()
                : Map.of("SSH_ASKPASS", folder.resolve("askpass").toString(), "SSH_ASKPASS_REQUIRE", "force");
    }

    @Override
    public synchronized void close() {
        if (!Files.exists(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder + ", which holds a log-in: delete it", e);
        }
    }
}
