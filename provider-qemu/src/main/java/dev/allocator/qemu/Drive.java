package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.spi.Location;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A drive beside the machine's disk.
 *
 * @param name its name, which the guest sees as its serial number
 * @param base what is on it at first; empty: nothing
 * @param size its size in bytes
 * @param readOnly whether the guest only reads it, from the base itself
 */
record Drive(String name, Optional<DiskImage> base, long size, boolean readOnly) {

    static final SettingsSchema KEYS = SettingsSchema.empty()
            .optional("size", Kind.SIZE, "how large it is; default: as large as the file")
            .optional("file", Kind.STRING, "what is on it at first; never written to")
            .optional("format", Kind.STRING, "raw or qcow2; default: what the file is")
            .values("raw", "qcow2")
            .optional("read-only", Kind.BOOLEAN, "whether the guest only reads it; default: false");

    /** What fits into a serial number (virtio's has 20 bytes) and into names of files. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,19}");

    /** The drives that a profile asks for. */
    static List<Drive> of(MachineSpec spec, ProviderContext context) throws ProviderException {
        List<Drive> drives = new ArrayList<>();
        for (Map.Entry<String, Settings> drive :
                spec.settings().sections("drives").entrySet()) {
            drives.add(read(drive.getKey(), drive.getValue(), spec.settings().location("drives"), context));
        }
        return List.copyOf(drives);
    }

    private static Drive read(String name, Settings settings, Location location, ProviderContext context)
            throws ProviderException {
        String where = location + ": drive '" + name + "'";
        if (!NAME.matcher(name).matches()) {
            throw new ProviderException(
                    where + ": its name must be up to 20 letters, digits, _ and -, a letter or digit first");
        }
        Optional<String> file = settings.string("file");
        Optional<DataSize> size = settings.size("size");
        boolean readOnly = settings.bool("read-only").orElse(false);
        if (file.isEmpty()) {
            long bytes = size.filter(given -> given.bytes() > 0)
                    .orElseThrow(() -> new ProviderException(where + " needs a 'size', or a 'file'"))
                    .bytes();
            if (readOnly) {
                throw new ProviderException(where + " is empty and read-only: leave out 'read-only', or add a 'file'");
            }
            return new Drive(name, Optional.empty(), bytes, false);
        }
        DiskImage base = base(where, context.resolve(file.get(), settings.location("file")), settings.string("format"));
        long bytes = size.map(DataSize::bytes).orElse(base.size());
        if (bytes < base.size() || (readOnly && bytes != base.size())) {
            throw new ProviderException(where + ": its size " + new DataSize(bytes) + " does not fit to " + base.path()
                    + ", which has " + new DataSize(base.size()));
        }
        return new Drive(name, Optional.of(base), bytes, readOnly);
    }

    private static DiskImage base(String where, Path path, Optional<String> format) throws ProviderException {
        Path absolute = path.toAbsolutePath().normalize();
        if (!Files.isReadable(absolute) || Files.isDirectory(absolute)) {
            throw new ProviderException(where + ": there is no file " + absolute + " that can be read");
        }
        try {
            DiskImage found = DiskImage.inspect(absolute);
            return format.filter(wanted -> !wanted.equals(found.format())).isEmpty()
                    ? found
                    : new DiskImage(
                            absolute, format.get(), format.get().equals("raw") ? Files.size(absolute) : found.size());
        } catch (IOException e) {
            throw new ProviderException(where + ": " + absolute + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The file in the machine's folder that takes what the guest writes. */
    String layer() {
        return MachineFiles.DRIVE + name + ".qcow2";
    }

    /** Whether there is such a file. */
    boolean hasLayer() {
        return !readOnly;
    }

    /** QEMU's arguments; commas in a file's name are doubled (qemu-system(1)). */
    List<String> arguments() {
        String file =
                hasLayer() ? layer() : base.orElseThrow().path().toString().replace(",", ",,");
        String format = hasLayer()
                ? "qcow2,cache=unsafe,discard=unmap"
                : base.orElseThrow().format() + ",read-only=on";
        return List.of(
                "-drive",
                "file=" + file + ",format=" + format + ",if=none,id=drive-" + name,
                "-device",
                "virtio-blk-pci,drive=drive-" + name + ",serial=" + name);
    }
}
