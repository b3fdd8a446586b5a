package dev.allocator.core.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import dev.allocator.MachineAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a file or folder to a machine. */
final class SftpUpload {

    private static final Logger LOG = LoggerFactory.getLogger(SftpUpload.class);

    private final ChannelSftp sftp;

    SftpUpload(ChannelSftp sftp) {
        this.sftp = sftp;
    }

    void copy(Path local, String remote) throws IOException, SftpException {
        if (!Files.exists(local)) {
            throw new MachineAccessException("cannot upload " + local + ": there is no such file or folder", null);
        }
        if (!Files.isDirectory(local) && !Files.isRegularFile(local)) {
            throw new MachineAccessException("cannot upload " + local + ": it is neither a file nor a folder", null);
        }
        // A link that is named is followed, those found on the way are not.
        Path source = local.toRealPath();
        String name = String.valueOf(local.toAbsolutePath().normalize().getFileName());
        boolean folderExists =
                SftpNames.stat(sftp, remote).map(SftpATTRS::isDir).orElse(false);
        if (!folderExists && remote.endsWith("/") && !Files.isDirectory(source)) {
            throw new MachineAccessException(
                    "cannot upload " + local + ": the machine has no folder '" + remote + "'", null);
        }
        put(source, folderExists ? SftpNames.in(remote, name) : remote.replaceFirst("(?<=.)/+$", ""));
    }

    private void put(Path source, String target) throws IOException {
        try {
            if (Files.isSymbolicLink(source)) {
                putLink(source, target);
            } else if (Files.isDirectory(source)) {
                putFolder(source, target);
            } else if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
                putFile(source, target);
            } else {
                LOG.warn("{} is not uploaded: it is neither a file, a folder nor a link", source);
            }
        } catch (SftpException e) {
            throw SftpNames.at(target, e);
        }
    }

    private void putFile(Path source, String target) throws IOException, SftpException {
        try (InputStream content = Files.newInputStream(source)) {
            sftp.put(content, SftpNames.literal(target));
        }
        setMode(source, target);
    }

    private void putFolder(Path source, String target) throws IOException, SftpException {
        Optional<SftpATTRS> existing = SftpNames.stat(sftp, target);
        if (existing.isPresent() && !existing.get().isDir()) {
            throw new MachineAccessException(
                    "cannot upload " + source + ": '" + target + "' exists in the machine and is no folder", null);
        }
        if (existing.isEmpty()) {
            // The only method of JSch that takes a name as it is.
            sftp.mkdir(target);
        }
        List<Path> children;
        try (Stream<Path> listed = Files.list(source)) {
            children = listed.sorted().toList();
        }
        for (Path child : children) {
            put(child, SftpNames.in(target, child.getFileName().toString()));
        }
        // Last, as it may take away the right to write.
        setMode(source, target);
    }

    private void putLink(Path source, String target) throws IOException, SftpException {
        String existing = SftpNames.literal(target);
        try {
            if (sftp.lstat(existing).isLink()) {
                sftp.rm(existing);
            }
        } catch (SftpException e) {
            if (e.id != ChannelSftp.SSH_FX_NO_SUCH_FILE) {
                throw e;
            }
        }
        String destination = Files.readSymbolicLink(source).toString();
        sftp.symlink(SftpNames.literal(destination), existing);
    }

    private void setMode(Path source, String target) throws IOException, SftpException {
        try {
            Object mode = Files.getAttribute(source, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            sftp.chmod((Integer) mode & 0777, SftpNames.literal(target));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            LOG.debug("{} has no Unix permissions to keep", source, e);
        } catch (FileSystemException e) {
            throw new IOException("cannot read the permissions of " + source, e);
        }
    }
}
