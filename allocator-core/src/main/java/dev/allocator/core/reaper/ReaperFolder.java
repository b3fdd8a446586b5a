package dev.allocator.core.reaper;

import dev.allocator.DataSize;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.PluginFolder;
import dev.allocator.core.ssh.ShellQuote;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * All that is needed to start the reaper, for one JVM and class path: a script {@code java} that starts the program, its arguments
 * {@code args}, copies of those jars and folders of classes that may vanish while the reaper is needed, and of all plugins
 * that are a folder each, in {@code plugins}. It is complete from the moment it is there, and named after what it was made of.
 *
 * @param path the folder
 */
record ReaperFolder(Path path) {

    private static final String PROGRAM = "java";
    private static final String ARGUMENTS = "args";

    /** Holds a folder of jars for each plugin that is one. */
    static final String PLUGINS = "plugins";

    private static final DataSize MOST = DataSize.parse("512MiB");
    private static final int FORMAT = 1;

    static Path parent(Path state) {
        return state.resolve("reaper");
    }

    /** The folder's name. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    /**
     * The folder for this JVM, made if it is missing.
     *
     * @param plugins the classes of all provider plugins, except for those of folders
     * @param inCode names of those that are no services, but that another JVM can load
     * @param folders the plugins that are a folder each
     * @throws IOException if that cannot be, with a message for people
     */
    static ReaperFolder prepare(
            Path state, Collection<Class<?>> plugins, List<String> inCode, Collection<PluginFolder> folders)
            throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw new IOException("this Java has no program " + java);
        }
        List<ClassPathEntry> entries = new ArrayList<>();
        for (Path path : ClassPath.of(plugins)) {
            ClassPathEntry entry = ClassPathEntry.look(path);
            if (!entry.isEmpty()) {
                entries.add(entry);
            }
        }
        PluginCopies copies = PluginCopies.of(folders);
        ReaperFolder folder = new ReaperFolder(parent(state).resolve(hash(java, inCode, entries, copies)));
        if (!folder.isComplete()) {
            folder.make(java, inCode, entries, copies);
        }
        folder.touch();
        return folder;
    }

    boolean isComplete() {
        return Files.exists(path.resolve(ARGUMENTS));
    }

    /** Says that it is in use, so that nobody sweeps it. */
    void touch() throws IOException {
        Files.setLastModifiedTime(path.resolve(ARGUMENTS), FileTime.from(Instant.now()));
    }

    /** When it was last said to be in use. */
    Instant lastUsed() throws IOException {
        return Files.getLastModifiedTime(path.resolve(ARGUMENTS)).toInstant();
    }

    private static String hash(Path java, List<String> inCode, List<ClassPathEntry> entries, PluginCopies plugins) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            StringBuilder all = new StringBuilder()
                    .append(FORMAT)
                    .append('\n')
                    .append(java)
                    .append('\n')
                    .append(Runtime.version())
                    .append('\n')
                    .append(inCode);
            entries.forEach(entry -> all.append('\n').append(entry.signature()));
            all.append(plugins.signature());
            byte[] hash = digest.digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void make(Path java, List<String> inCode, List<ClassPathEntry> entries, PluginCopies plugins)
            throws IOException {
        long bytes = plugins.bytes()
                + entries.stream()
                        .filter(ReaperFolder::mayVanish)
                        .mapToLong(ClassPathEntry::bytes)
                        .sum();
        if (bytes > MOST.bytes()) {
            throw new IOException("its class path has " + bytes / (1 << 20)
                    + " MiB that may vanish with a build, more than " + MOST + " to be copied");
        }
        // Nobody looks at names that begin with a dot; what a killed process leaves is swept.
        Path unfinished = StateLayout.create(path.resolveSibling(".new-" + UUID.randomUUID()));
        try {
            List<String> classPath = new ArrayList<>();
            for (ClassPathEntry entry : entries) {
                classPath.add(
                        mayVanish(entry)
                                ? copy(entry, unfinished, classPath.size())
                                : entry.path().toString());
            }
            plugins.copyTo(unfinished.resolve(PLUGINS));
            // Run by sh, so that no program has to be allowed in the state directory.
            write(unfinished.resolve(PROGRAM), "exec " + ShellQuote.word(java.toString()) + " \"$@\"\n");
            write(unfinished.resolve(ARGUMENTS), ArgumentFile.of(arguments(classPath, inCode)));
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) { // of no type of its own, if the folder is there
            if (!isComplete()) {
                throw e;
            } // else another process was faster
        } finally {
            StateLayout.delete(unfinished);
        }
    }

    private static void write(Path file, String text) throws IOException {
        // Programs get names of files as the bytes that they are. No channel, as we may be interrupted.
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(text.getBytes(names));
        }
    }

    /** The reaper runs in its folder, so that relative names do, whatever is in the name of the state directory. */
    private static String copy(ClassPathEntry entry, Path folder, int number) throws IOException {
        String name = "%03d-".formatted(number)
                + String.valueOf(entry.path().getFileName()).replaceAll("[^A-Za-z0-9._-]", "_");
        entry.copyTo(folder.resolve(name));
        return name;
    }

    private static boolean mayVanish(ClassPathEntry entry) {
        return !StablePlaces.contains(entry.path()) || entry.path().toString().contains(File.pathSeparator);
    }

    private List<String> arguments(List<String> classPath, List<String> inCode) {
        return List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-Xshare:auto",
                "-Xlog:disable",
                // The program's own logging might write to the program's own files.
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                "-Dslf4j.internal.verbosity=WARN",
                "-cp",
                String.join(File.pathSeparator, classPath),
                ReaperMain.class.getName(),
                name(),
                String.join(",", inCode));
    }
}
