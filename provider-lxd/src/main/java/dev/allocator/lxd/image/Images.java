package dev.allocator.lxd.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the image that a profile asks for: first LXD's own by alias or fingerprint, then {@code REMOTE:ALIAS}, then
 * {@linkplain SpreadName spread's names}. Thread-safe.
 */
public final class Images {

    /** The remote that is LXD itself. */
    static final String LOCAL = "local";

    /** A fingerprint or its start, as {@code lxc} shows it. */
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{12,64}");

    private final LxdClient client;
    private final Remotes remotes;

    /** Of one LXD. */
    public Images(LxdClient client, Remotes remotes) {
        this.client = client;
        this.remotes = remotes;
    }

    /**
     * Finds the profile's image; without any, that of the profile's name.
     *
     * @param type what is to be made of it: {@code container} or {@code virtual-machine}
     * @param architecture as LXD calls it
     * @param query names the project whose images count
     * @throws ProviderException if there is none, or none of that type
     */
    public Image find(MachineSpec spec, String type, String architecture, String query, Deadline deadline)
            throws ProviderException, InterruptedException {
        String name = spec.profile().image().orElse(spec.profile().name());
        boolean onlyLocal = name.startsWith(LOCAL + ":");
        String localName = onlyLocal ? name.substring(LOCAL.length() + 1) : name;
        Optional<JsonNode> own = own(localName, query, deadline);
        if (own.isPresent()) {
            return ofOwn(own.get(), localName, type, spec);
        }
        Optional<String> meant = name.contains(":") ? Optional.of(name) : SpreadName.translate(name, architecture);
        if (onlyLocal || meant.isEmpty()) {
            throw new ProviderException(spec.location() + ": LXD has no image '" + localName
                    + "' (expected an alias or a fingerprint that 'lxc image list' shows, or one of a server, such as"
                    + " ubuntu:24.04)");
        }
        int colon = meant.get().indexOf(':');
        String remote = meant.get().substring(0, colon);
        String alias = meant.get().substring(colon + 1);
        String server = remotes.server(remote)
                .orElseThrow(() -> new ProviderException(spec.location() + ": image '" + name
                        + "': there is no remote '" + remote + "' (known are " + LOCAL + ", "
                        + String.join(", ", remotes.servers().keySet()) + "; more can be named under 'remotes')"));
        if (alias.isEmpty()) {
            throw new ProviderException(spec.location() + ": image '" + name + "' names no image of the remote");
        }
        return Image.remote(server, alias, name.equals(meant.get()) ? name : name + " (" + meant.get() + ")");
    }

    private Image ofOwn(JsonNode image, String name, String type, MachineSpec spec) throws ProviderException {
        String found = image.path("type").asText("container");
        if (!found.equals(type)) {
            throw new ProviderException(spec.location() + ": image '" + name + "' is one for "
                    + (found.equals("container") ? "containers" : "virtual machines") + ", but the profile asks for a "
                    + (type.equals("container") ? "container" : "virtual machine (set 'vm: false')"));
        }
        return Image.local(image.path("fingerprint").asText(), name);
    }

    private Optional<JsonNode> own(String name, String query, Deadline deadline)
            throws LxdException, InterruptedException {
        Optional<JsonNode> alias = get("/1.0/images/aliases/" + encode(name) + query, deadline);
        if (alias.isPresent()) {
            return get("/1.0/images/" + alias.get().path("target").asText() + query, deadline);
        }
        return FINGERPRINT.matcher(name).matches() ? get("/1.0/images/" + name + query, deadline) : Optional.empty();
    }

    private Optional<JsonNode> get(String path, Deadline deadline) throws LxdException, InterruptedException {
        try {
            return Optional.of(client.get(path, deadline));
        } catch (LxdException e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
