package dev.allocator.core.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import dev.allocator.HostAndPort;
import dev.allocator.MachineAccessException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads on which the channels of one connection are opened and written. JSch swallows interrupts there, so that
 * callers wait elsewhere; and no such thread is ever interrupted while it may write, which would close the socket.
 */
final class ChannelWork implements AutoCloseable {

    /** How long opening a channel may take. */
    static final int OPEN_MILLIS = 30_000;

    /** sshd allows 10 (MaxSessions); two are for terminating what runs in the others. */
    private static final int CHANNELS = 8;

    /** By then a session knows that its socket is closed. */
    private static final long NOTICES_NANOS = 1_000_000_000;

    /** A copy through a channel that is open. */
    interface Copy {
        void run(ChannelSftp sftp) throws SftpException, IOException;
    }

    private final HostAndPort address;
    private final Session session;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore slots = new Semaphore(CHANNELS, true);
    private final ThreadPoolExecutor threads;

    ChannelWork(HostAndPort address, Session session) {
        this.address = address;
        this.session = session;
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "allocator-ssh-work-" + address);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Starts work; fails if the connection was closed. */
    void start(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    /** Starts work that is pointless once the connection is closed. */
    void startUnlessClosed(Runnable task) {
        if (!threads.isShutdown()) {
            start(task);
        }
    }

    /** Waits for one of the channels that may be open at once; give it back with {@link #release()}. */
    void acquire(Duration patience) throws InterruptedException {
        if (!slots.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new MachineAccessException(
                    CHANNELS + " commands and copies are already under way on " + address
                            + ", and none of them ended in time for another one",
                    null);
        }
    }

    void release() {
        slots.release();
    }

    /** After a channel ended as if the connection was lost: lets the session notice, so that nobody uses it any more. */
    void awaitLoss() {
        long patience = System.nanoTime() + NOTICES_NANOS;
        while (session.isConnected()
                && System.nanoTime() < patience
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(NOTICES_NANOS / 1000);
        }
    }

    /** Lets a moment pass, unless the connection is closed before. */
    boolean isClosedWithin(Duration moment) {
        try {
            return closed.await(moment.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Only closing interrupts these threads.
            return true;
        }
    }

    ChannelExec exec() {
        return (ChannelExec) channel("exec");
    }

    private Channel channel(String type) {
        try {
            Channel channel = session.openChannel(type);
            if (channel == null) { // what JSch makes of a session that is closed meanwhile
                throw new JSchException("session is down");
            }
            return channel;
        } catch (JSchException e) {
            throw closed(e);
        }
    }

    /** Runs a copy and waits for it. */
    void copy(String what, Copy copy) {
        try {
            acquire(Duration.ofMinutes(10));
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
        try {
            ChannelSftp channel = (ChannelSftp) channel("sftp");
            try {
                FutureTask<Void> task = new FutureTask<>(() -> {
                    channel.connect(OPEN_MILLIS);
                    copy.run(channel);
                    return null;
                });
                start(task);
                await(what, task);
            } finally {
                startUnlessClosed(channel::disconnect);
            }
        } finally {
            release();
        }
    }

    private void await(String what, Future<?> work) {
        try {
            work.get();
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof MachineAccessException own) {
                throw own;
            }
            throw new MachineAccessException("cannot " + what + ": " + SftpNames.reason(cause), cause);
        }
    }

    private static MachineAccessException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MachineAccessException("interrupted: " + what, e);
    }

    private MachineAccessException closed(Exception e) {
        return new MachineAccessException("the connection to " + address + " is closed", e);
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow();
    }
}
