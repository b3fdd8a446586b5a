package dev.allocator.spi;

import dev.allocator.Share;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A file system that the engine mounts inside the machine, as root and also after a reboot, before any setup step runs.
 *
 * @param source what to mount, such as the tag of a 9p device
 * @param type the type of file system, such as {@code 9p}
 * @param options mount options, such as {@code trans=virtio,version=9p2000.L}
 * @param share what it shows
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record GuestMount(String source, String type, String options, Share share) {}
