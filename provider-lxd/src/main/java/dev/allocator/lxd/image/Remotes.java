package dev.allocator.lxd.image;

import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderException;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Simplestreams servers by the names that images are asked for with. The public ones are those of LXD's own client
 * (its doc/reference/remote_image_servers.md).
 *
 * @param servers URLs by name
 */
public record Remotes(Map<String, String> servers) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private static final Map<String, String> PUBLIC = Map.of(
            "ubuntu", "https://cloud-images.ubuntu.com/releases/",
            "ubuntu-daily", "https://cloud-images.ubuntu.com/daily/",
            "images", "https://images.lxd.canonical.com/");

    /** Copies the servers. */
    public Remotes {
        servers = Collections.unmodifiableMap(new TreeMap<>(servers));
    }

    /**
     * The public ones and these, which may replace them.
     *
     * @throws ProviderException if one has an impossible name or is no URL
     */
    public static Remotes with(Map<String, String> more, Location location) throws ProviderException {
        Map<String, String> servers = new TreeMap<>(PUBLIC);
        for (Map.Entry<String, String> remote : more.entrySet()) {
            if (!NAME.matcher(remote.getKey()).matches() || remote.getKey().equals(Images.LOCAL)) {
                throw new ProviderException(location + ": '" + remote.getKey() + "' cannot be the name of a remote");
            }
            if (!isUrl(remote.getValue())) {
                throw new ProviderException(location + ": remote '" + remote.getKey()
                        + "' must be the http:// or https:// URL of a simplestreams server");
            }
            servers.put(remote.getKey(), remote.getValue());
        }
        return new Remotes(servers);
    }

    Optional<String> server(String name) {
        return Optional.ofNullable(servers.get(name));
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
