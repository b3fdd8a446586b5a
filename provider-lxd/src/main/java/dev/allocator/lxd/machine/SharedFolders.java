package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Share;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shares as LXD's devices of type disk, which LXD mounts itself. In a container the owners are shifted, if the host can
 * do that: else all files belong to strangers there, as the container's users are others than the host's (LXD's docs,
 * "Disk devices": {@code shift}).
 */
final class SharedFolders {

    private static final String DEVICE = "allocator-share-";

    private SharedFolders() {}

    static Map<String, Map<String, String>> devices(List<Share> shares, boolean shift) {
        Map<String, Map<String, String>> devices = new LinkedHashMap<>();
        for (Share share : shares) {
            Map<String, String> device = new LinkedHashMap<>();
            device.put("type", "disk");
            device.put("source", share.host().toString());
            device.put("path", share.guest());
            if (share.readOnly()) {
                device.put("readonly", "true");
            }
            if (shift) {
                device.put("shift", "true");
            }
            devices.put(DEVICE + devices.size(), device);
        }
        return devices;
    }

    /** Whether LXD found only at the start that it cannot shift owners, as it depends on the folder's file system. */
    static boolean cannotShift(Exception e) {
        return String.valueOf(e.getMessage()).contains("idmapping abilities are required");
    }

    /** The body of the request that does without. */
    static ObjectNode withoutShift(List<Share> shares) {
        ObjectMapper json = new ObjectMapper();
        ObjectNode request = json.createObjectNode();
        request.set("devices", json.valueToTree(devices(shares, false)));
        return request;
    }

    /** Throws if a stranger could not use the shares as they are meant to be. */
    static void requireOpenToStrangers(MachineSpec spec) throws ProviderException {
        for (Share share : spec.profile().shares()) {
            Set<PosixFilePermission> permissions;
            try {
                permissions = Files.getPosixFilePermissions(share.host());
            } catch (IOException e) {
                throw new ProviderException("cannot look at the folder " + share.host() + ": " + e.getMessage(), e);
            }
            boolean readable = permissions.contains(PosixFilePermission.OTHERS_READ)
                    && permissions.contains(PosixFilePermission.OTHERS_EXECUTE);
            boolean writable = share.readOnly() || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            if (!readable || !writable) {
                String rights = share.readOnly() ? "o+rx" : "o+rwx";
                throw new ProviderException(spec.settings().location("shares") + ": LXD cannot map owners of files in "
                        + share.host() + " to a container's users, who are strangers there: 'chmod " + rights + " "
                        + share.host() + "', or use a virtual machine or 'config: {security.privileged: true}'");
            }
        }
    }
}
