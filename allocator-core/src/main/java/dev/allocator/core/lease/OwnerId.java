package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Who holds attached leases: a process, told apart from every other one that ever was.
 *
 * @param token names its lock file: pid, start time and something random
 * @param host the machine id of its host
 * @param boot the boot id of its host
 * @param namespace its pid namespace
 * @param pid its process id there
 * @param start when it started (field 22 of {@code /proc/PID/stat}, see proc(5))
 * @param hostName for people
 */
public record OwnerId(String token, String host, String boot, String namespace, long pid, long start, String hostName) {

    /** This process. */
    public static OwnerId self() {
        long pid = ProcessHandle.current().pid();
        long start = startTime();
        return new OwnerId(
                processPrefix(pid, start) + UUID.randomUUID(),
                firstLine(Path.of("/etc/machine-id")),
                firstLine(Path.of("/proc/sys/kernel/random/boot_id")),
                link(Path.of("/proc/self/ns/pid")),
                pid,
                start,
                localHostName());
    }

    static OwnerId read(ObjectNode tree) {
        return new OwnerId(
                tree.path("token").asText(),
                tree.path("host").asText(),
                tree.path("boot").asText(),
                tree.path("namespace").asText(),
                tree.path("pid").asLong(),
                tree.path("start").asLong(),
                tree.path("hostName").asText());
    }

    void write(ObjectNode tree) {
        tree.put("token", token);
        tree.put("host", host);
        tree.put("boot", boot);
        tree.put("namespace", namespace);
        tree.put("pid", pid);
        tree.put("start", start);
        tree.put("hostName", hostName);
    }

    private static String processPrefix(long pid, long start) {
        return pid + "-" + start + "-";
    }

    /** Whether a token may be of this process. */
    boolean mayBeOwn(String token) {
        return token.startsWith(processPrefix(pid, start));
    }

    /** Whether the other is of this host and pid namespace, so that its lock file tells whether it lives. */
    boolean sameHost(OwnerId other) {
        return !host.isEmpty() && host.equals(other.host) && namespace.equals(other.namespace);
    }

    /** Whether the other is this very process. */
    boolean sameProcess(OwnerId other) {
        return sameHost(other) && boot.equals(other.boot) && pid == other.pid && start == other.start;
    }

    @Override
    public String toString() {
        return "pid " + pid + " on " + hostName;
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static long startTime() {
        String stat = firstLine(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > 19 ? Long.parseLong(fields[19]) : 0;
    }

    private static String localHostName() {
        String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
        if (!name.isEmpty()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        }
    }
}
