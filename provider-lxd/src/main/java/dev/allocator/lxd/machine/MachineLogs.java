package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves what LXD keeps of a machine that runs: its console, and LXD's own logs of it. */
public final class MachineLogs {

    private static final Logger LOG = LoggerFactory.getLogger(MachineLogs.class);
    /** A line of liblxc's log: who, when, how bad, where in the source, what. */
    private static final Pattern ERROR = Pattern.compile("(?m)^lxc \\S+ \\S+ ERROR +\\S+ - \\S+ - (.*)$");

    /** The file with what the console showed, once it was saved. */
    static final String CONSOLE = "console.log";

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ProviderContext context;
    private final Instances instances;

    /** For machines of one project. */
    public MachineLogs(ProviderContext context, Instances instances) {
        this.context = context;
        this.instances = instances;
    }

    /** See {@link dev.allocator.spi.Provider#saveLogs}. */
    public void save(MachineRef ref) throws ProviderException, InterruptedException {
        Deadline deadline = Deadline.in(LIMIT);
        Optional<InstanceRef> known = InstanceRef.existing(ref, instances, deadline);
        if (known.isEmpty()) {
            return; // LXD keeps nothing of what is gone
        }
        InstanceRef instance = known.get();
        Path folder = context.directory(ref.machine());
        // LXD forgets of a console what it has shown once.
        save(instance, "/console", folder.resolve(CONSOLE), StandardOpenOption.APPEND, deadline);
        JsonNode logs = instance.instances().client().get(instance.path("/logs"), deadline);
        for (JsonNode log : logs) {
            String path = log.asText();
            String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("\\?.*", "");
            if (name.matches("[a-z0-9.-]+\\.log")) {
                save(
                        instance,
                        "/logs/" + name,
                        folder.resolve("lxd-" + name),
                        StandardOpenOption.TRUNCATE_EXISTING,
                        deadline);
            }
        }
    }

    /** What liblxc said first about a container that does not start; LXD's own words are only that it did not. */
    static String firstError(InstanceRef instance, Deadline deadline) throws InterruptedException {
        try {
            byte[] log = instance.instances().client().bytes(instance.path("/logs/lxc.log"), deadline);
            Matcher error = ERROR.matcher(new String(log, StandardCharsets.UTF_8));
            return error.find() ? " (" + error.group(1).strip() + ")" : "";
        } catch (LxdException e) {
            LOG.debug("LXD has no log of {}: {}", instance, e.getMessage());
            return "";
        }
    }

    /** What one instance does not have is no reason to do without the rest: a virtual machine has no console buffer. */
    private static void save(InstanceRef instance, String below, Path file, StandardOpenOption mode, Deadline deadline)
            throws ProviderException, InterruptedException {
        try {
            byte[] content = instance.instances().client().bytes(instance.path(below), deadline);
            if (content.length > 0) {
                write(file, content, mode);
            }
        } catch (LxdException e) {
            LOG.debug("LXD has no {} of {}: {}", below, instance, e.getMessage());
        } catch (IOException e) {
            throw new ProviderException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void write(Path file, byte[] content, StandardOpenOption mode) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }
}
