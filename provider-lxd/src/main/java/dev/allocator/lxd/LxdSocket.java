package dev.allocator.lxd;

import dev.allocator.spi.ProviderContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where LXD listens. */
final class LxdSocket {

    /** The snap's first, as it is what LXD's makers ship. */
    private static final List<Path> USUAL =
            List.of(Path.of("/var/snap/lxd/common/lxd/unix.socket"), Path.of("/var/lib/lxd/unix.socket"));

    private LxdSocket() {}

    /** As the settings say, else the environment as {@code lxc} reads it, else where packages put it. */
    static Path find(ProviderContext context) {
        Optional<String> setting = context.settings().string("socket");
        if (setting.isPresent()) {
            return context.resolve(setting.get(), context.settings().location("socket"));
        }
        Map<String, String> environment = context.environment();
        String socket = environment.getOrDefault("LXD_SOCKET", "");
        if (!socket.isEmpty()) {
            return Path.of(socket);
        }
        String folder = environment.getOrDefault("LXD_DIR", "");
        if (!folder.isEmpty()) {
            return Path.of(folder, "unix.socket");
        }
        return USUAL.stream().filter(Files::exists).findFirst().orElse(USUAL.get(USUAL.size() - 1));
    }
}
