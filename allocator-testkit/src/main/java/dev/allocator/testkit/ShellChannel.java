package dev.allocator.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of a client: answered by a script if there is one for it, else run by this host's {@code /bin/sh}. */
final class ShellChannel implements Command {

    private static final Logger LOG = LoggerFactory.getLogger(ShellChannel.class);

    /** How the engine sends its commands: the script is the first bytes of standard input. */
    private static final Pattern SCRIPT_ON_STDIN = Pattern.compile("count=([0-9]{1,7}) 2>/dev/null");

    private static final Pattern SUDO = Pattern.compile("^exec sudo .*? -- ");

    private final String line;
    private final Path home;
    private final List<GuestCommands> scripted;
    private final Executor threads;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private @Nullable ExitCallback exit;
    private volatile @Nullable Process process;
    private volatile boolean destroyed;

    ShellChannel(String line, Path home, List<GuestCommands> scripted, Executor threads) {
        // Every user of these machines may become root, which means nothing here.
        this.line = SUDO.matcher(line).replaceFirst("exec ");
        this.home = home;
        this.scripted = scripted;
        this.threads = threads;
    }

    @Override
    public void setInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        this.err = err;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        this.exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        String user = channel.getSession().getUsername();
        threads.execute(() -> {
            int status = 255;
            try {
                status = run(user);
            } catch (IOException e) {
                LOG.debug("a client left its command", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warn("a scripted command failed", e);
            } finally {
                ExitCallback callback = exit;
                if (callback != null) {
                    callback.onExit(status);
                }
            }
        });
    }

    @Override
    public void destroy(ChannelSession channel) {
        destroyed = true;
        Process running = process;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }

    private int run(String user) throws IOException, InterruptedException {
        Matcher onStdin = SCRIPT_ON_STDIN.matcher(line);
        byte[] preamble = onStdin.find() ? in.readNBytes(Integer.parseInt(onStdin.group(1))) : new byte[0];
        String script = preamble.length == 0 ? line : new String(preamble, StandardCharsets.UTF_8);
        for (GuestCommands commands : scripted) {
            Optional<GuestReply> reply = commands.answer(new GuestCommand(user, script, in));
            if (reply.isPresent()) {
                out.write(reply.get().stdout().getBytes(StandardCharsets.UTF_8));
                out.flush();
                err.write(reply.get().stderr().getBytes(StandardCharsets.UTF_8));
                err.flush();
                return reply.get().status();
            }
        }
        return runForReal(user, new SequenceInputStream(new ByteArrayInputStream(preamble), in));
    }

    private int runForReal(String user, InputStream input) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", line).directory(home.toFile());
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path, "HOME", home.toString(), "USER", user, "LOGNAME", user));
        Process started = builder.start();
        process = started;
        if (destroyed) {
            started.destroyForcibly();
        }
        threads.execute(() -> copy(input, started.getOutputStream()));
        Thread errors = new Thread(() -> copy(started.getErrorStream(), err), "allocator-testkit-stderr");
        errors.setDaemon(true);
        errors.start();
        copyOutput(started.getInputStream());
        int status = started.waitFor();
        errors.join();
        return status;
    }

    private void copyOutput(InputStream from) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            out.write(buffer, 0, length);
            out.flush();
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        byte[] buffer = new byte[16 * 1024];
        try (to) {
            for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                to.write(buffer, 0, length);
                to.flush();
            }
        } catch (IOException e) {
            LOG.trace("one side of a command ended", e);
        }
    }
}
