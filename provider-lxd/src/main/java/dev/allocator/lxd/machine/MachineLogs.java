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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves what LXD keeps of a machine that runs: its console, and LXD's own logs of it. */
public final class MachineLogs {

    private static final Logger LOG = LoggerFactory.getLogger(MachineLogs.class);
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
        Optional<InstanceRef> known = InstanceRef.of(ref, instances, deadline);
        if (known.isEmpty() || known.get().find(deadline).isEmpty()) {
            return; // LXD keeps nothing of what is gone
        }
        InstanceRef instance = known.get();
        Path folder = context.directory(ref.machine());
        save(instance, "/console", folder.resolve("console.log"), deadline);
        JsonNode logs = instances.client().get(instance.path("/logs"), deadline);
        for (JsonNode log : logs) {
            String path = log.asText();
            String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("\\?.*", "");
            if (name.matches("[a-z0-9.-]+\\.log")) {
                save(instance, "/logs/" + name, folder.resolve("lxd-" + name), deadline);
            }
        }
    }

    /** What one instance does not have is no reason to do without the rest: a virtual machine has no console buffer. */
    private void save(InstanceRef instance, String below, Path file, Deadline deadline)
            throws ProviderException, InterruptedException {
        try {
            byte[] content = instances.client().bytes(instance.path(below), deadline);
            if (content.length > 0) {
                write(file, content);
            }
        } catch (LxdException e) {
            LOG.debug("LXD has no {} of {}: {}", below, instance, e.getMessage());
        } catch (IOException e) {
            throw new ProviderException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }
}
