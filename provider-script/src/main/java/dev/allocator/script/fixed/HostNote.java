package dev.allocator.script.fixed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.HostAndPort;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.spi.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a machine's folder says about the host that the machine is: from before anyone may use the host until it was
 * cleaned up for the next.
 *
 * @param host its name
 * @param slot the number of its user, as the engine counts
 * @param address where it was then
 */
record HostNote(String host, int slot, HostAndPort address) {

    private static final String FILE = "host.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    static HostNote of(Host host, Claim claim) {
        return new HostNote(host.name(), claim.slot(), host.address());
    }

    /**
     * Writes it durably, unless there is one.
     *
     * @return whether it was written
     */
    boolean save(HookFolder folder) throws IOException {
        return DurableFile.create(
                file(folder),
                JSON.createObjectNode()
                                .put("format", 1)
                                .put("host", host)
                                .put("slot", slot)
                                .put("address", address.toString())
                                .toPrettyString()
                        + "\n");
    }

    /** Removes it: from now on the machine has no host. */
    static void delete(HookFolder folder) throws IOException {
        Files.deleteIfExists(file(folder));
    }

    /** Whether there is one, or that cannot be known. */
    static boolean exists(HookFolder folder) {
        return !Files.notExists(file(folder));
    }

    /** The file. */
    static Path file(HookFolder folder) {
        return folder.path().resolve(FILE);
    }

    /**
     * Reads it.
     *
     * @return empty if there is none
     * @throws IOException if it cannot be read, which is different from none
     */
    static Optional<HostNote> load(HookFolder folder) throws IOException {
        Optional<byte[]> file = folder.read(FILE);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode note = JSON.readTree(file.get());
            return Optional.of(new HostNote(
                    note.required("host").asText(),
                    note.required("slot").asInt(),
                    HostAndPort.parse(note.required("address").asText(), 22)));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(file(folder) + " does not say which host was given out", e);
        }
    }

    /** The name in quotes, and the address. */
    @Override
    public String toString() {
        return "'" + host + "' at " + address;
    }
}
