package dev.allocator.core.readiness;

import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.core.ssh.SshConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Logs in, a few at a time: key exchange is work for the processor, and more at once would only be slower. */
final class LoginPool implements AutoCloseable {

    private static final int THREADS = 8;

    private final ThreadPoolExecutor threads;

    LoginPool() {
        threads = new ThreadPoolExecutor(THREADS, THREADS, 2, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "allocator-login");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Logs in on a connection, which belongs to the result from now on.
     *
     * @return to give up, cancel it and close the socket: nothing is left open then
     */
    CompletableFuture<SshConnection> logIn(BannerSocket socket, Candidate candidate, Duration timeout) {
        CompletableFuture<SshConnection> result = new CompletableFuture<>();
        try {
            threads.execute(() -> logIn(socket, candidate, timeout, result));
        } catch (RejectedExecutionException e) {
            socket.close();
            result.cancel(false);
        }
        return result;
    }

    private static void logIn(
            BannerSocket socket, Candidate candidate, Duration timeout, CompletableFuture<SshConnection> result) {
        try {
            SshConnection connection =
                    SshConnection.open(socket, candidate.credentials(), candidate.hostKeys(), timeout);
            if (!result.complete(connection)) {
                connection.close();
            }
        } catch (Exception | Error e) {
            socket.close();
            result.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
