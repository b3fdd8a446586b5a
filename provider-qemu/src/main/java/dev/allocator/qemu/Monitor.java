package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.spi.Deadline;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What is asked of the QEMU of one machine. */
final class Monitor implements Closeable {

    /** {@code TCP[HOST_FORWARD] fd 127.0.0.1 PORT guest-address 22 …} in the answer to {@code info usernet}. */
    private static final Pattern FORWARD =
            Pattern.compile("TCP\\[HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+(\\d+)\\s");

    private static final int SSH = 22;

    private final QmpClient client;

    private Monitor(QmpClient client) {
        this.client = client;
    }

    /**
     * Connects, and makes sure that it is the machine's QEMU.
     *
     * @throws IOException if nobody answers in time, or another one does
     */
    static Monitor connect(Path socket, MachineId machine, Deadline deadline) throws IOException, InterruptedException {
        Monitor monitor = new Monitor(QmpClient.connect(socket, deadline));
        try {
            String uuid =
                    Json.text(Json.section(monitor.client.execute("query-uuid", Map.of(), deadline), "return"), "UUID");
            if (!uuid.equals(machine.value())) {
                throw new IOException(socket + " belongs to the QEMU of machine " + uuid);
            }
            return monitor;
        } catch (IOException | InterruptedException e) {
            monitor.close();
            throw e;
        }
    }

    /** The ports of the host that are forwarded to the guest's port 22; none is never the answer. */
    List<Integer> sshPorts(Deadline deadline) throws IOException, InterruptedException {
        List<Integer> ports = ports(SSH, deadline);
        if (ports.isEmpty()) {
            throw new IOException("QEMU forwards no port to the guest's SSH server");
        }
        return ports;
    }

    /** The ports of the host that are forwarded to a port of the guest. */
    List<Integer> ports(int guestPort, Deadline deadline) throws IOException, InterruptedException {
        return FORWARD.matcher(tell("info usernet", deadline))
                .results()
                .filter(forward -> forward.group(2).equals(Integer.toString(guestPort)))
                .map(forward -> Integer.valueOf(forward.group(1)))
                .toList();
    }

    /** Forwards one more port to the guest's port 22, a free one that QEMU chooses. */
    void addSshPort(Deadline deadline) throws IOException, InterruptedException {
        addPort(SSH, deadline);
    }

    /** Forwards one more port to one of the guest, a free one that QEMU chooses. */
    void addPort(int guestPort, Deadline deadline) throws IOException, InterruptedException {
        String problem = tell("hostfwd_add " + CommandLine.NETWORK + " " + CommandLine.forward(guestPort), deadline);
        if (!problem.isBlank()) {
            throw new IOException("QEMU cannot forward another port: " + problem.strip());
        }
    }

    /** As {@link #removePort}, of a port that is forwarded. */
    void removeSshPort(int port, Deadline deadline) throws IOException, InterruptedException {
        if (!removePort(port, deadline)) {
            throw new IOException("QEMU goes on forwarding port " + port + ": it does not know of it");
        }
    }

    /**
     * Stops forwarding a port; whoever is connected through it stays so.
     *
     * @return whether it was forwarded
     */
    boolean removePort(int port, Deadline deadline) throws IOException, InterruptedException {
        String answer = tell("hostfwd_remove " + CommandLine.NETWORK + " tcp:127.0.0.1:" + port, deadline);
        if (!answer.contains(" removed") && !answer.contains(" not found")) {
            throw new IOException("QEMU goes on forwarding port " + port + ": " + answer.strip());
        }
        return answer.contains(" removed");
    }

    /** What is not in QMP: a command for people, and the answer to them. */
    private String tell(String command, Deadline deadline) throws IOException, InterruptedException {
        return Json.text(client.execute("human-monitor-command", Map.of("command-line", command), deadline), "return");
    }

    /**
     * Waits until the guest's driver has told the network card what to receive, which it does when the interface is
     * brought up. The event comes once until the next query (qapi/net.json in QEMU's sources).
     *
     * @throws IOException if it does not by the deadline, or QEMU ends
     */
    void awaitNetworkCard(Deadline deadline) throws IOException, InterruptedException {
        Object filters = client.execute("query-rx-filter", Map.of(), deadline).get("return");
        if (filters instanceof List<?> cards && cards.stream().noneMatch(Monitor::receivesMulticast)) {
            client.awaitEvent("NIC_RX_FILTER_CHANGED", deadline);
        }
    }

    private static boolean receivesMulticast(Object card) {
        return card instanceof Map<?, ?> filter
                && filter.get("multicast-table") instanceof List<?> table
                && !table.isEmpty();
    }

    /** Makes QEMU exit at once, without asking the guest, and waits until it hangs up. */
    void quit(Deadline deadline) throws IOException, InterruptedException {
        try {
            client.execute("quit", Map.of(), deadline);
            client.awaitEnd(deadline);
        } catch (EOFException e) {
            // It was gone before the answer was read, which is what quit is for.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
