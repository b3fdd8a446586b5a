package dev.allocator.core.reaper;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * A jar or a folder of classes as it is now.
 *
 * @param path where it is
 * @param files what it consists of: itself, or all files in it
 * @param bytes their size
 * @param signature changes when one of them does: names, sizes and times
 */
record ClassPathEntry(Path path, List<Path> files, long bytes, String signature) {

    /** Classes do not come in such numbers; it is somebody's home, or the like, that is on the class path by mistake. */
    private static final int MOST_FILES = 20_000;

    /** In each state directory. Its files must not be opened: that would drop the locks that this process has on them. */
    private static final String STATE_MARK = "realm.json";

    /** Looks at it; an entry that holds too many files to be classes has none. */
    static ClassPathEntry look(Path path) throws IOException {
        List<Path> files = new ArrayList<>();
        long[] bytes = {0};
        StringBuilder signature = new StringBuilder(path.toString());
        Files.walkFileTree(path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), 100, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return Files.exists(folder.resolve(STATE_MARK))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && Files.isReadable(file)) {
                    files.add(file);
                    bytes[0] += attributes.size();
                    signature.append('\n').append(path.relativize(file));
                    signature.append(' ').append(attributes.size());
                    signature.append(' ').append(attributes.lastModifiedTime().toMillis());
                }
                return files.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // it vanished, or is not ours to read
            }
        });
        return files.size() > MOST_FILES
                ? new ClassPathEntry(path, List.of(), 0, path + "\ntoo many files")
                : new ClassPathEntry(path, files, bytes[0], signature.toString());
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** Copies it to a place where nothing is yet. */
    void copyTo(Path target) throws IOException {
        if (Files.isRegularFile(path)) {
            Files.copy(path, target);
            return;
        }
        for (Path file : files) {
            Path copy = target.resolve(path.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
