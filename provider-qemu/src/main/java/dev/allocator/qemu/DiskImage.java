package dev.allocator.qemu;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image file.
 *
 * @param path where it is
 * @param format {@code qcow2} or {@code raw}
 * @param size the size of the disk that the guest sees, in bytes; 0 if that is not known yet
 */
record DiskImage(Path path, String format, long size) {

    /** {@code QFI\xfb}, the first four bytes (QEMU's docs/interop/qcow2). */
    private static final int QCOW2_MAGIC = 0x514649fb;

    private static final int QCOW2_SIZE_OFFSET = 24;

    /** One that is not here yet: its size is only known then. */
    static DiskImage unknown(Path name) {
        return new DiskImage(name, "qcow2", 0);
    }

    /** Reads the header; what is not qcow2 is taken for raw. */
    static DiskImage inspect(Path path) throws IOException {
        try (DataInputStream header = new DataInputStream(Files.newInputStream(path))) {
            if (header.readInt() != QCOW2_MAGIC) {
                return raw(path);
            }
            header.skipNBytes(QCOW2_SIZE_OFFSET - Integer.BYTES);
            return new DiskImage(path, "qcow2", header.readLong());
        } catch (EOFException e) {
            return raw(path);
        }
    }

    private static DiskImage raw(Path path) throws IOException {
        long size = Files.size(path);
        if (size == 0) {
            throw new IOException("it is empty");
        }
        return new DiskImage(path, "raw", size);
    }
}
