package dev.allocator.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** The disk of the probe's guest: the boot sector in {@code kvm-probe.txt}, whose lines are bytes and instructions. */
final class ProbeGuest {

    /** The BIOS does not boot from a disk of less than one cylinder. */
    private static final int DISK_SIZE = 1 << 20;

    private static final int SIGNATURE_OFFSET = 510;
    private static final byte[] SIGNATURE = {0x55, (byte) 0xaa};

    private ProbeGuest() {}

    static byte[] disk() throws IOException {
        ByteBuffer disk = ByteBuffer.allocate(DISK_SIZE);
        try (InputStream resource =
                        Objects.requireNonNull(ProbeGuest.class.getResourceAsStream("kvm-probe.txt"), "kvm-probe.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
            lines.lines().forEach(line -> disk.put(bytes(line)));
        }
        return disk.put(SIGNATURE_OFFSET, SIGNATURE).array();
    }

    private static byte[] bytes(String line) {
        int comment = line.indexOf(';');
        return HexFormat.of().parseHex((comment < 0 ? line : line.substring(0, comment)).strip());
    }
}
