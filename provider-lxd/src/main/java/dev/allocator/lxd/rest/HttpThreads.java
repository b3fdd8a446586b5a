package dev.allocator.lxd.rest;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.internal.concurrent.TaskRunner;
import okhttp3.internal.connection.ConnectionListener;

/** The threads of one client: those that wait for answers, and those with which OkHttp writes to WebSockets. */
final class HttpThreads implements AutoCloseable {

    private final ThreadPoolExecutor calls =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "allocator-lxd-call");
                thread.setDaemon(true);
                return thread;
            });
    private final Runnable end;

    /** Gives them to a client that is being built, and to no other. */
    HttpThreads(OkHttpClient.Builder client) {
        Dispatcher dispatcher = new Dispatcher(calls);
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        client.dispatcher(dispatcher);
        end = ownTasks(client);
    }

    /**
     * Without this, threads that all users of OkHttp in this JVM share would serve the client and stay for a minute
     * after its end. OkHttp means these classes for itself, so another version of it may be without them.
     */
    private static Runnable ownTasks(OkHttpClient.Builder client) {
        try {
            TaskRunner.RealBackend backend = new TaskRunner.RealBackend(task -> {
                Thread thread = new Thread(task, "allocator-lxd-task");
                thread.setDaemon(true);
                return thread;
            });
            TaskRunner tasks = new TaskRunner(backend, Logger.getLogger(TaskRunner.class.getName()));
            // No connection is kept: a new one costs less than the doubt whether LXD still listens to the old one.
            client.connectionPool(
                    new ConnectionPool(0, 1, TimeUnit.SECONDS, tasks, ConnectionListener.Companion.getNONE()));
            client.taskRunner$okhttp(tasks);
            // What a connection that is cut by the end wants to do then is of no use.
            backend.getExecutor().setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
            return () -> backend.getExecutor().shutdownNow();
        } catch (LinkageError e) {
            client.connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS));
            return () -> {};
        }
    }

    void execute(Runnable task) {
        calls.execute(task);
    }

    @Override
    public void close() {
        calls.shutdownNow();
        end.run();
    }
}
