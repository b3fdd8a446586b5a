package dev.allocator.core.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Secrets, one file each. They are kept out of the journal, where deleted ones would linger. */
final class BlobFiles {

    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9.-]{1,200}");

    private final Path folder;
    private final Path temporary;

    BlobFiles(Path folder) {
        this.folder = folder;
        this.temporary = folder.resolve("write~"); // No name of a blob.
    }

    /** @throws IllegalArgumentException if it is no name of a blob */
    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a blob's name: '" + name + "'");
        }
        return name;
    }

    /** Writes one, durably. Needs the lock. */
    void put(String name, byte[] content) throws IOException {
        PrivateFiles.createFolder(folder);
        PrivateFiles.replace(folder.resolve(name), content, temporary, true);
    }

    Optional<byte[]> get(String name) throws IOException {
        return PrivateFiles.read(folder.resolve(name));
    }

    /** Deletes one, if it exists, and what a writer left that died. Needs the lock. */
    void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        Files.deleteIfExists(temporary);
    }

    /** All names, sorted. */
    List<String> names() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (NAME.matcher(name).matches()) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of(); // None was ever written.
        }
        return List.copyOf(names);
    }
}
