package dev.allocator.core.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import dev.allocator.MachineAccessException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a file or folder from a machine, which is not trusted: its names may not lead anywhere, no link here is
 * followed, and links are made last, so that nothing is ever written through one.
 */
final class SftpDownload {

    private static final Logger LOG = LoggerFactory.getLogger(SftpDownload.class);

    /** After the first name, which may be another link, nobody can say where {@code ..} leads. */
    private static final Pattern LEADS_UP_LATER = Pattern.compile("^/|(?:^|/)(?!\\.\\.?/)[^/]+/(?:.*/)?\\.\\.(?:/|$)");

    private final ChannelSftp sftp;
    private final Map<Path, String> links = new LinkedHashMap<>();

    SftpDownload(ChannelSftp sftp) {
        this.sftp = sftp;
    }

    void copy(String remote, Path local) throws IOException, SftpException {
        SftpATTRS attributes = SftpNames.stat(sftp, remote)
                .orElseThrow(() -> new MachineAccessException(
                        "cannot download '" + remote + "': the machine has no such file or folder", null));
        Path target = Files.isDirectory(local) ? local.toRealPath().resolve(nameOf(remote)) : local.toAbsolutePath();
        if (attributes.isDir()) {
            getFolder(remote, target, attributes);
            makeLinks(target);
        } else if (attributes.isReg()) {
            getFile(remote, target, attributes);
        } else {
            throw new MachineAccessException(
                    "cannot download '" + remote + "': it is neither a file nor a folder", null);
        }
    }

    private String nameOf(String remote) throws SftpException {
        String name = SftpNames.last(remote);
        boolean named = !name.isEmpty() && !name.equals(".") && !name.equals("..");
        return SftpNames.checked(remote, named ? name : SftpNames.last(sftp.realpath(SftpNames.literal(remote))));
    }

    private void get(String remote, Path target, SftpATTRS attributes) throws IOException {
        try {
            if (attributes.isLink()) {
                links.put(target, String.valueOf(sftp.readlink(SftpNames.literal(remote))));
            } else if (attributes.isDir()) {
                getFolder(remote, target, attributes);
            } else if (attributes.isReg()) {
                getFile(remote, target, attributes);
            } else {
                LOG.warn(
                        "'{}' is not downloaded: it is neither a file, a folder nor a link",
                        SftpNames.printable(remote));
            }
        } catch (SftpException e) {
            throw SftpNames.at(remote, e);
        }
    }

    private void getFile(String remote, Path target, SftpATTRS attributes) throws IOException, SftpException {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new MachineAccessException("cannot download '" + remote + "': " + target + " is a folder", null);
        }
        Files.deleteIfExists(target);
        try (OutputStream content =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sftp.get(SftpNames.literal(remote), content);
        }
        setMode(target, attributes.getPermissions());
    }

    private void getFolder(String remote, Path target, SftpATTRS attributes) throws IOException, SftpException {
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new MachineAccessException(
                        "cannot download '" + remote + "': " + target + " exists and is no folder", null);
            }
            Files.createDirectory(target);
        }
        List<ChannelSftp.LsEntry> entries = new ArrayList<>();
        sftp.ls(SftpNames.literal(remote), entry -> {
            entries.add(entry);
            return ChannelSftp.LsEntrySelector.CONTINUE;
        });
        for (ChannelSftp.LsEntry entry : entries) {
            String name = entry.getFilename();
            if (!name.equals(".") && !name.equals("..")) {
                get(SftpNames.in(remote, SftpNames.checked(remote, name)), resolve(target, name), entry.getAttrs());
            }
        }
        // Last, as it may take away the right to write.
        setMode(target, attributes.getPermissions());
    }

    private static Path resolve(Path folder, String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new MachineAccessException(
                    "cannot download '" + SftpNames.printable(name)
                            + "': this JVM cannot write such a name (LANG should name a" + " UTF-8 locale)",
                    e);
        }
    }

    private void makeLinks(Path root) throws IOException {
        for (Map.Entry<Path, String> link : links.entrySet()) {
            Path path = link.getKey();
            Path destination =
                    resolve(path.resolveSibling("."), link.getValue()).normalize();
            if (LEADS_UP_LATER.matcher(link.getValue()).find() || !destination.startsWith(root)) {
                LOG.warn("the link {} is not downloaded: it leads out of the folder, to '{}'", path, link.getValue());
                continue;
            }
            if (Files.isSymbolicLink(path)) {
                Files.delete(path);
            }
            Files.createSymbolicLink(path, path.getFileSystem().getPath(link.getValue()));
        }
    }

    private static void setMode(Path target, int mode) throws IOException {
        @Nullable
        PosixFileAttributeView view =
                Files.getFileAttributeView(target, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            PosixFilePermission[] all = PosixFilePermission.values();
            for (int bit = 0; bit < all.length; bit++) {
                // The enum's order is that of the nine bits from the highest: owner read to others execute.
                if ((mode & (0400 >> bit)) != 0) {
                    permissions.add(all[bit]);
                }
            }
            view.setPermissions(permissions);
        }
    }
}
