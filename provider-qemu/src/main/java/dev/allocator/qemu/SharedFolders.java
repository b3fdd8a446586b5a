package dev.allocator.qemu;

import dev.allocator.Share;
import dev.allocator.spi.GuestMount;
import java.util.ArrayList;
import java.util.List;

/**
 * Folders of the host as 9p devices (QEMU's docs, "VirtFS"; Linux's Documentation/filesystems/9p.rst).
 *
 * <p>Their security model is {@code none}: QEMU opens files as the user that runs it, who needs no rights for that, and
 * whose files they stay; modes and links are real on both sides. {@code passthrough} needs root, and with the mapped
 * ones the host sees neither modes nor links that the guest makes, and needs a file system with extended attributes.
 */
final class SharedFolders {

    private static final String TYPE = "9p";

    /** Messages as large as virtio's ring takes: Linux's default is an eighth of that, and QEMU's log complains of it. */
    private static final String OPTIONS = "trans=virtio,version=9p2000.L,msize=262144";

    private SharedFolders() {}

    /** The devices. A comma in a path is doubled, which is how QEMU's options have one. */
    static List<String> arguments(List<Share> shares) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            String path = share.host().toString().replace(",", ",,");
            arguments.addAll(List.of(
                    "-fsdev",
                    "local,id=" + tag(i) + ",path=" + path + ",security_model=none,multidevs=remap"
                            + (share.readOnly() ? ",readonly=on" : ""),
                    "-device",
                    "virtio-9p-pci,fsdev=" + tag(i) + ",mount_tag=" + tag(i)));
        }
        return arguments;
    }

    /** What the engine mounts of them. */
    static List<GuestMount> mounts(List<Share> shares) {
        List<GuestMount> mounts = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            mounts.add(new GuestMount(tag(i), TYPE, (share.readOnly() ? "ro," : "") + OPTIONS, share));
        }
        return List.copyOf(mounts);
    }

    private static String tag(int index) {
        return "share" + index;
    }
}
