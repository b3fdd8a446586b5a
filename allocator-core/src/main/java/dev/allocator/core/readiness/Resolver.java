package dev.allocator.core.readiness;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Looks up host names on threads of its own, as that may take many seconds. */
final class Resolver implements AutoCloseable {

    private final ThreadPoolExecutor threads;

    Resolver() {
        threads = new ThreadPoolExecutor(4, 4, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "allocator-resolver");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Tells the addresses, or null and why there are none; at once if the host is an address. */
    void resolve(String host, BiConsumer<@Nullable List<InetAddress>, String> answer) {
        if (host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            lookUp(host, answer);
        } else {
            threads.execute(() -> lookUp(host, answer));
        }
    }

    private static void lookUp(String host, BiConsumer<@Nullable List<InetAddress>, String> answer) {
        try {
            answer.accept(List.of(InetAddress.getAllByName(host)), "");
        } catch (UnknownHostException e) {
            answer.accept(null, "the host name '" + host + "' is not known");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
