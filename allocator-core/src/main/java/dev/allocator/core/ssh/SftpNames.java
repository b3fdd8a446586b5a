package dev.allocator.core.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import dev.allocator.MachineAccessException;
import java.io.File;
import java.util.Locale;
import java.util.Optional;

/** Remote paths as JSch takes them, and its errors as people read them. */
final class SftpNames {

    private SftpNames() {}

    /** A path that JSch does not take for a pattern. */
    static String literal(String path) {
        return (path.isEmpty() ? "." : path)
                .replace("\\", "\\\\")
                .replace("*", "\\*")
                .replace("?", "\\?");
    }

    /** A path in a folder. */
    static String in(String folder, String name) {
        return folder.endsWith("/") ? folder + name : folder + "/" + name;
    }

    /** The last name of a path. */
    static String last(String path) {
        String stripped = path.replaceFirst("(?<=.)/+$", "");
        return stripped.substring(stripped.lastIndexOf('/') + 1);
    }

    /**
     * A name that stays in its folder.
     *
     * @throws MachineAccessException if the machine, which is not trusted, gave anything else
     */
    static String checked(String folder, String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf(File.separatorChar) >= 0
                || name.indexOf('\0') >= 0) {
            throw new MachineAccessException(
                    "cannot download: the machine names a file '" + printable(name) + "' in '" + folder
                            + "', which is no file name",
                    null);
        }
        return name;
    }

    /** A name for messages, without control characters. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    /** What a path leads to, through links, or empty if it leads to nothing. */
    static Optional<SftpATTRS> stat(ChannelSftp sftp, String path) throws SftpException {
        try {
            return Optional.of(sftp.stat(literal(path)));
        } catch (SftpException e) {
            if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
                return Optional.empty();
            }
            throw at(path, e);
        }
    }

    /** The same failure, with the path in its message. */
    static MachineAccessException at(String path, SftpException e) {
        return new MachineAccessException("cannot copy: " + path + ": " + reason(e), e);
    }

    /** What went wrong, in a few words. */
    static String reason(Throwable e) {
        if (e instanceof SftpException sftp && sftp.getMessage() != null) {
            String message = sftp.getMessage().strip();
            return sftp.id == ChannelSftp.SSH_FX_FAILURE && message.isEmpty()
                    ? "the machine says only that it failed"
                    : message.toLowerCase(Locale.ROOT);
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
