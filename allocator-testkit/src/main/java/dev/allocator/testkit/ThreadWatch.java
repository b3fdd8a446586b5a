package dev.allocator.testkit;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Knows the threads that were started by some code, directly or not: threads inherit the context class loader of those
 * that start them, and here it is one of its own.
 */
final class ThreadWatch {

    /** Threads of the JDK that are made once for the whole JVM by whoever needs them first. */
    private static final Set<String> SHARED =
            Set.of("CompletableFutureDelayScheduler", "process reaper", "Common-Cleaner", "Keep-Alive-Timer");

    private final ClassLoader mark =
            new URLClassLoader(new URL[0], Thread.currentThread().getContextClassLoader());

    <T> T call(Callable<T> code) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(mark);
        try {
            return code.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Those that live. */
    List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread != Thread.currentThread()
                        && thread.isAlive()
                        && thread.getContextClassLoader() == mark
                        && SHARED.stream().noneMatch(thread.getName()::startsWith)
                        && !thread.getName().startsWith("ForkJoinPool.commonPool"))
                .toList();
    }
}
