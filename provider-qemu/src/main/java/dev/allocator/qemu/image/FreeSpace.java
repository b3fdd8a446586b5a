package dev.allocator.qemu.image;

import dev.allocator.DataSize;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps some of each disk free.
 *
 * @param least what must stay free
 */
public record FreeSpace(DataSize least) {

    private static final DataSize DEFAULT = DataSize.ofGibibytes(1);
    private static final long MEBIBYTE = 1 << 20;

    /** What an instance asks for, or 1 GiB. */
    public static FreeSpace of(Optional<DataSize> setting) {
        return new FreeSpace(setting.orElse(DEFAULT));
    }

    /**
     * Refuses to take space that is not there.
     *
     * @param folder where it would be taken; exists
     * @param needed bytes besides those that must stay free
     * @param what what it is for
     */
    public void require(Path folder, long needed, String what) throws ProviderException, IOException {
        var disk = Files.getFileStore(folder);
        long usable = disk.getUsableSpace();
        if (disk.getTotalSpace() > 0 && usable < needed + least.bytes()) { // which is 0 where that cannot be known
            String more = needed == 0 ? "" : "; " + what + " needs " + mebibytes(needed);
            throw new ProviderException(
                    Kind.NO_CAPACITY,
                    "there is too little space for " + what + ": " + folder + " has " + mebibytes(usable)
                            + " free, and " + mebibytes(least.bytes()) + " must stay free (min-free)" + more
                            + "; free some space, prune the cache, or set min-free lower",
                    null);
        }
    }

    static String mebibytes(long bytes) {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE + " MiB";
    }
}
