package dev.allocator.script.hook;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine's folder, as hooks use it. All files in it are readable by their user only. The folder's existence says
 * that the machine may exist: whoever destroys a machine removes its folder last.
 *
 * @param path the folder
 */
public record HookFolder(Path path) {

    private static final Pattern INPUT = Pattern.compile("([a-z]+)-([0-9]{1,9})\\.in");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Whether there is such a folder. */
    public boolean exists() {
        return Files.isDirectory(path);
    }

    /** The file that keeps creating hooks from starting. */
    Path barrier() {
        return path.resolve("ended");
    }

    /** Whether somebody began to destroy the machine, possibly so long ago that its folder is gone. */
    public boolean isEnded() {
        return !exists() || Files.exists(barrier());
    }

    /** Puts up the barrier: no creating hook starts any more. Returns whether there is a folder at all. */
    public boolean end() throws IOException {
        try {
            Files.createFile(barrier(), PRIVATE);
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (IOException e) {
            if (!exists()) {
                return false;
            }
            throw e;
        }
        return true;
    }

    /** Makes a place for the next run of a hook; safe against other processes. */
    HookRun begin(String hook, Function<HookRun, byte[]> input) throws IOException {
        List<HookRun> earlier = runs(hook);
        int number = earlier.isEmpty() ? 1 : earlier.get(earlier.size() - 1).number() + 1;
        while (true) {
            HookRun run = new HookRun(path, hook, number);
            try {
                Files.createFile(run.input(), PRIVATE);
                Files.write(run.input(), input.apply(run));
                return run;
            } catch (FileAlreadyExistsException e) {
                number++; // another process has just taken it
            }
        }
    }

    /** The runs of a hook so far, in order. */
    public List<HookRun> runs(String hook) throws IOException {
        return runs().stream().filter(run -> run.hook().equals(hook)).toList();
    }

    /** All runs of all hooks so far. */
    public List<HookRun> runs() throws IOException {
        List<HookRun> runs = new ArrayList<>();
        try (DirectoryStream<Path> inputs = Files.newDirectoryStream(path, "*.in")) {
            for (Path input : inputs) {
                Matcher name = INPUT.matcher(input.getFileName().toString());
                if (name.matches()) {
                    runs.add(new HookRun(path, name.group(1), Integer.parseInt(name.group(2))));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of(); // the folder is gone, and all in it
        }
        runs.sort(Comparator.comparing(HookRun::number));
        return runs;
    }

    /** Writes a file that is there as a whole or not at all, also after a power cut. */
    public void write(String name, byte[] content) throws IOException {
        Path draft = Files.createTempFile(path, name + ".", ".draft", PRIVATE);
        try (FileOutputStream stream = new FileOutputStream(draft.toFile())) { // no channel: an interrupt closes those
            stream.write(content);
            stream.getFD().sync();
        }
        Files.move(draft, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads a file; empty if there is none. */
    public Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
