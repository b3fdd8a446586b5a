package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.core.ssh.GeneratedKey;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.jspecify.annotations.Nullable;

/** Secrets that must not turn up anywhere, and the places to look at. */
final class Canaries {

    private static final int SHORTEST = 6;

    private final String made = "canary-" + UUID.randomUUID();
    private final Map<String, String> secrets = new LinkedHashMap<>();

    /** Looks for the made-up text from the start, wherever it is put: also in a section of the settings. */
    Canaries() {
        add("a made-up secret of the settings", made);
    }

    /** A text that is nowhere else in the world. */
    String text() {
        return made;
    }

    void add(String name, String secret) {
        if (secret.length() >= SHORTEST) { // "pw" is a part of many words
            secrets.put(name, secret);
        }
    }

    void addSettings(SettingsSchema schema, Map<String, Object> settings) {
        schema.settings().stream()
                .filter(setting -> setting.kind() == Kind.SECRET && settings.containsKey(setting.name()))
                .forEach(setting ->
                        add("the setting '" + setting.name() + "'", String.valueOf(settings.get(setting.name()))));
    }

    void addLogin(Credentials login) {
        login.password().map(Secret::reveal).ifPresent(password -> add("the profile's password", password));
        login.privateKey().map(Secret::reveal).ifPresent(key -> addKey("the profile's private key", key));
    }

    Bootstrap bootstrap() {
        GeneratedKey user = SshKeys.generate("contract");
        GeneratedKey host = SshKeys.generate("contract-host");
        addKey("the host's private key", host.privateKey().reveal());
        return new Bootstrap(user.authorizedKey(), host.privateKey(), host.publicKey());
    }

    /** The line with the secret half: the first ones of OpenSSH's format hold the public one. */
    private void addKey(String name, String key) {
        List<String> lines = key.strip().lines().toList();
        add(name, lines.get(lines.size() - 2));
    }

    void assertNotIn(String where, String text) {
        assertNotIn(SpiSentence.SECRET, where, text);
    }

    void assertNotIn(SpiSentence sentence, String where, String text) {
        secrets.forEach((name, secret) -> assertThat(text.contains(secret))
                .as(sentence.broken(where + " shows " + name))
                .isFalse());
    }

    void assertNotIn(String where, @Nullable Throwable failure) {
        if (failure != null) {
            assertNotIn(where, Throwables.getStackTrace(failure));
        }
    }

    /** Looks at what all processes of this host show of themselves, this JVM left out. */
    void assertNotInProcesses() throws IOException {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                if (!process.endsWith(Long.toString(ProcessHandle.current().pid()))) {
                    for (String file : List.of("cmdline", "environ")) {
                        assertNotIn(file + " of process " + process.getFileName(), read(process.resolve(file)));
                    }
                }
            }
        }
    }

    /** Looks at the files that other users can read. */
    void assertNotInPublicFiles(Path below) throws IOException {
        if (!Files.isDirectory(below)) {
            return;
        }
        List<Path> readable = new ArrayList<>();
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (othersMayRead(below, file)) {
                    readable.add(file);
                }
            }
        }
        for (Path file : readable) {
            assertNotIn(file + ", which other users can read,", read(file));
        }
    }

    /** Whether the modes of a file and of all folders down to it let others read it. */
    static boolean othersMayRead(Path top, Path file) throws IOException {
        if (!Files.exists(file) || !open(file, PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_READ)) {
            return false;
        }
        for (Path folder = file.getParent(); folder != null && folder.startsWith(top); folder = folder.getParent()) {
            if (!open(folder, PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.GROUP_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean open(Path path, PosixFilePermission one, PosixFilePermission other) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        return mode.contains(one) || mode.contains(other);
    }

    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone, or another user's: nothing that we gave away
        }
    }
}
