package dev.allocator.core.reaper;

import dev.allocator.core.profile.Plugins;
import dev.allocator.spi.ProviderFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program that ends leases in a JVM of its own.
 *
 * <pre>
 * FOLDER CLASSES STATE [TOKEN]    ends what is over in the store of that state directory
 * FOLDER CLASSES --try            does the same in an empty store, and prints the types of its providers
 * </pre>
 *
 * FOLDER is the name of the {@link ReaperFolder} it comes from, CLASSES names provider plugins that are no services,
 * separated by commas, TOKEN is of the owner whose death is the reason. Any failure is an exit status that is not zero.
 */
public final class ReaperMain {

    /** Instead of a state directory: only checks that the program can work. */
    static final String TRIAL = "--try";

    /** Comes before each type that a trial prints. */
    static final String TYPE = "provider type: ";

    private static final Logger LOG = LoggerFactory.getLogger(ReaperMain.class);

    private ReaperMain() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Plugins plugins = Plugins.load(
                ReaperMain.class.getClassLoader(),
                inCode(arguments[1]),
                List.of(Path.of(ReaperFolder.PLUGINS).toAbsolutePath()));
        if (arguments[2].equals(TRIAL)) {
            Reaper.tryInEmptyStore(plugins);
            printTypes(plugins);
        } else {
            ReaperFolder here = new ReaperFolder(Path.of("").toAbsolutePath());
            if (here.isComplete()) {
                here.touch();
            }
            Optional<String> owner = arguments.length > 3 ? Optional.of(arguments[3]) : Optional.empty();
            Reaper.run(Path.of(arguments[2]), owner, arguments[0], plugins);
        }
    }

    private static void printTypes(Plugins plugins) throws IOException {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            for (String type : plugins.providerTypes()) {
                out.write((TYPE + type + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static List<ProviderFactory> inCode(String classes) {
        List<ProviderFactory> plugins = new ArrayList<>();
        for (String name : classes.split(",", -1)) {
            try {
                if (!name.isEmpty()) {
                    plugins.add(Class.forName(name)
                            .asSubclass(ProviderFactory.class)
                            .getConstructor()
                            .newInstance());
                }
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                LOG.warn("cannot load the plugin {}", name, e);
            }
        }
        return plugins;
    }
}
