package dev.allocator.script.fixed;

import dev.allocator.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks whether hosts accept connections. */
final class Reachability {

    private static final int CONNECT_MILLIS = 2000;
    private static final int MOST_AT_ONCE = 32;

    private Reachability() {}

    /** Why nothing answers at an address, within 2 s after its name was resolved; empty if something does. */
    static Optional<String> problem(HostAndPort address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("its name is not known");
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What is wrong with each host that does not answer, by its name; all are asked at the same time.
     *
     * @throws InterruptedException if interrupted
     */
    static Map<String, String> problems(Collection<Host> hosts) throws InterruptedException {
        if (hosts.isEmpty()) {
            return Map.of();
        }
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(hosts.size(), MOST_AT_ONCE), task -> {
            Thread thread = new Thread(task, "allocator-hosts-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        try {
            long rounds = 1L + (hosts.size() - 1) / MOST_AT_ONCE;
            List<Host> asked = new ArrayList<>(hosts);
            List<Future<Optional<String>>> answers = threads.invokeAll(
                    asked.stream()
                            .map(host ->
                                    (java.util.concurrent.Callable<Optional<String>>) () -> problem(host.address()))
                            .toList(),
                    rounds * 2 * CONNECT_MILLIS,
                    TimeUnit.MILLISECONDS);
            Map<String, String> problems = new LinkedHashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                String name = asked.get(i).name();
                answer(answers.get(i)).ifPresent(problem -> problems.put(name, problem));
            }
            return problems;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Optional<String> answer(Future<Optional<String>> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException e) {
            return Optional.of("its name could not be resolved in time");
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause()));
        }
    }
}
