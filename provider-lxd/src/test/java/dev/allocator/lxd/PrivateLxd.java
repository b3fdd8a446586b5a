package dev.allocator.lxd;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A second LXD with a folder, a pool and a bridge of its own, which may be killed and started again. Needs root, and an
 * LXD that works.
 */
public final class PrivateLxd implements AutoCloseable {

    private static final Duration TO_START = Duration.ofSeconds(90);

    /** One that could not be stopped keeps its bridge. */
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final Path root = Path.of(System.getProperty("project.root", ".")).toAbsolutePath();
    private final Path folder;
    private final String bridge;
    private final Map<String, String> environment;

    private PrivateLxd() throws IOException {
        folder = Files.createTempDirectory("lxd"); // short: the path of a socket has at most 107 characters
        bridge = "alt" + ProcessHandle.current().pid() + (char) ('a' + STARTED.getAndIncrement() % 26);
        environment = Map.of("LXD_DIR", folder.toString(), "LXD_BRIDGE", bridge);
    }

    /** Starts one that has {@link LxdHost#IMAGE}; where that cannot be, as {@link LxdHost#require()}. */
    public static PrivateLxd require() throws Exception {
        LxdHost.require().close();
        LxdHost.imageFile();
        boolean root = "root".equals(System.getProperty("user.name"));
        if (!root && "required".equals(System.getProperty("e2e"))) {
            Assertions.fail("a second LXD needs root");
        }
        Assumptions.assumeTrue(root, "a second LXD needs root");
        PrivateLxd lxd = new PrivateLxd();
        try {
            lxd.start();
            lxd.run(lxd.root.resolve("examples/images/make-lxd-image.sh").toString(), LxdHost.IMAGE);
        } catch (Throwable e) {
            lxd.close();
            throw e;
        }
        return lxd;
    }

    /** Where its REST API is while it runs. */
    public Path socket() {
        return folder.resolve("unix.socket");
    }

    /** Starts it, which it may be already. */
    public void start() throws IOException, InterruptedException {
        run(root.resolve(".ci/start-lxd").toString());
    }

    /** Kills the daemon, so that calls under way fail; the instances go on running. */
    public void kill() {
        ProcessHandle daemon = daemon();
        daemon.destroyForcibly();
        await().atMost(Duration.ofSeconds(10)).until(() -> !daemon.isAlive());
    }

    /** Sends a signal to the daemon: {@code STOP} so that it neither answers nor refuses, {@code CONT} to go on. */
    public void signal(String signal, ProcessHandle daemon) throws IOException, InterruptedException {
        run("kill", "-" + signal, Long.toString(daemon.pid()));
    }

    /** The process of the daemon, which must run. */
    public ProcessHandle daemon() {
        JsonNode environment = new RawLxd(socket()).get("/1.0").path("environment");
        return ProcessHandle.of(environment.path("server_pid").asLong()).orElseThrow();
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("test.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().remove("LXD_SOCKET");
        Process process = builder.start();
        if (!process.waitFor(TO_START.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " failed: " + Files.readString(log));
        }
    }

    /** Stops it and deletes all that it had. */
    @Override
    public void close() throws Exception {
        start();
        RawLxd lxd = new RawLxd(socket());
        for (JsonNode instance : lxd.get("/1.0/instances?recursion=1&all-projects=true")) {
            LxdHost.delete(
                    lxd,
                    instance.path("project").asText(),
                    instance.path("name").asText());
        }
        lxd.get("/1.0/images").forEach(url -> lxd.send("DELETE", url.asText(), null));
        lxd.send("PUT", "/1.0/profiles/default", "{\"config\": {}, \"devices\": {}}");
        lxd.send("DELETE", "/1.0/networks/" + bridge, null);
        lxd.send("DELETE", "/1.0/storage-pools/default", null);
        ProcessHandle daemon = daemon();
        run("lxd", "shutdown", "--timeout", "30");
        await().atMost(Duration.ofSeconds(30)).until(() -> !daemon.isAlive());
        for (String mount : List.of("devlxd", "shmounts", "guestapi")) {
            run(
                    "sh",
                    "-c",
                    "! mountpoint -q \"$0\" || umount -l \"$0\"",
                    folder.resolve(mount).toString());
        }
        run("rm", "-rf", "--one-file-system", folder.toString());
    }
}
