package dev.allocator.core.store;

import static dev.allocator.core.store.StoreProcess.COUNTER;
import static dev.allocator.core.store.StoreProcess.MIRROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.StoreException;
import dev.allocator.spi.Transaction;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one store, some of which die. */
class FileStoreProcessesTest {

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void classLoadersOfOneProcessShareTheLock() throws Exception {
        try (FileStore store = FileStore.open(folder)) {
            store.commit(Transaction.builder().put(COUNTER, "{\"n\":0}").build());
            List<URL> classPath = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                classPath.add(Path.of(entry).toUri().toURL());
            }
            try (URLClassLoader stranger =
                    new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                Class<?> program = stranger.loadClass(StoreProcess.class.getName());
                assertThat(program).isNotSameAs(StoreProcess.class);
                Method main = program.getMethod("main", String[].class);
                CompletableFuture<Object> theirs = CompletableFuture.supplyAsync(() -> {
                    try {
                        return main.invoke(null, (Object) new String[] {"increment", folder.toString(), "100"});
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                });
                start("increment", folder.toString(), "100");
                StoreProcess.increment(folder, 100);
                assertThat(theirs.get(60, TimeUnit.SECONDS)).isNull();
                assertThat(started.get(0).waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(store.get(COUNTER).orElseThrow().json()).isEqualTo("{\"n\":300}");
        }
    }

    @Test
    void aLockThatIsNeverLetGoFailsWritesInTimeAndNoReads() throws Exception {
        FileStore store = FileStore.open(folder, FileStoreOptionsFixture.impatient());
        store.commit(Transaction.builder().put(COUNTER, "{\"n\":1}").build());
        Process holder = start("hold", folder.toString());
        assertThat(holder.inputReader().readLine()).isEqualTo("held");

        assertThatThrownBy(() -> store.commit(
                        Transaction.builder().put(COUNTER, "{\"n\":2}").build()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("stopped process");
        assertThatThrownBy(() -> store.putBlob("b", new byte[1])).isInstanceOf(StoreException.class);
        assertThat(store.get(COUNTER).orElseThrow().json()).isEqualTo("{\"n\":1}");

        holder.getOutputStream().close();
        assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(
                        store.commit(Transaction.builder().put(MIRROR, "{}").build()))
                .isTrue());
        assertThat(store.get(COUNTER).orElseThrow().json()).isEqualTo("{\"n\":1}");

        Process again = start("hold", folder.toString());
        assertThat(again.inputReader().readLine()).isEqualTo("held");
        assertThatThrownBy(() -> store.deleteBlob("b")).isInstanceOf(StoreException.class);
        store.close();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("allocator-store")));
    }

    private Process start(String... args) throws Exception {
        Process process = StoreProcess.start(args);
        started.add(process);
        return process;
    }
}
