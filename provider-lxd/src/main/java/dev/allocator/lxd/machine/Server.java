package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an LXD says of itself at {@code /1.0}.
 *
 * @param version such as {@code 5.0.2}
 * @param extensions what its API has
 * @param virtualMachines whether it can run virtual machines
 * @param shiftsOwners whether its kernel can show files in a container as those of the container's users
 * @param architectures what it can run, its own first
 */
public record Server(
        String version,
        Set<String> extensions,
        boolean virtualMachines,
        boolean shiftsOwners,
        List<String> architectures) {

    /** Without these nothing works here; LXD has them all since 4.0. */
    private static final List<String> NEEDED = List.of("projects", "event_lifecycle", "instances");

    /**
     * Asks it.
     *
     * @throws ProviderException if there is none, or one that nothing can be done with
     */
    public static Server ask(LxdClient client, Deadline deadline) throws ProviderException, InterruptedException {
        JsonNode said = client.get("/1.0", deadline);
        JsonNode features = said.path("environment").path("kernel_features");
        Server server = new Server(
                said.path("environment").path("server_version").asText("of unknown version"),
                new LinkedHashSet<>(texts(said.path("api_extensions"))),
                said.path("environment").path("driver").asText().contains("qemu"),
                features.path("idmapped_mounts").asBoolean()
                        || features.path("shiftfs").asBoolean(),
                texts(said.path("environment").path("architectures")));
        if (said.path("auth").asText().equals("untrusted")) {
            throw new ProviderException("LXD does not trust this user: ask for membership in the group lxd");
        }
        for (String extension : NEEDED) {
            if (!server.extensions.contains(extension)) {
                throw new ProviderException("LXD " + server.version + " is too old, it lacks the API extension '"
                        + extension + "': version 4.0 or newer is needed");
            }
        }
        return server;
    }

    boolean has(String extension) {
        return extensions.contains(extension);
    }

    /** What it is built for. */
    String architecture() {
        return architectures.isEmpty() ? "x86_64" : architectures.get(0);
    }

    /**
     * Why it runs no virtual machines, in its own words; empty if it does.
     *
     * <p>It says so in its warnings (LXD 5.0 and newer), and else only to who tries to make one.
     */
    public Optional<String> whyNoVirtualMachines(LxdClient client, Deadline deadline)
            throws LxdException, InterruptedException {
        if (virtualMachines) {
            return Optional.empty();
        }
        String reason = "";
        if (has("warnings")) {
            for (JsonNode warning : client.get("/1.0/warnings?recursion=1", deadline)) {
                if (warning.path("type").asText().equals("Instance type not operational")
                        && !warning.path("status").asText().equals("resolved")) {
                    reason = ": " + warning.path("last_message").asText().strip();
                }
            }
        }
        return Optional.of("LXD " + version + " cannot run virtual machines here" + reason);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
