package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.Secret;
import dev.allocator.core.ssh.SshKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SSH server in this JVM, on a free port of 127.0.0.1: log-in with passwords and ed25519 keys, commands, SFTP,
 * forwarded ports.
 *
 * <p>Commands that no {@link GuestCommands} answers are run <em>for real</em>, by this host's {@code /bin/sh} as this
 * JVM's user, in the server's home folder. SFTP sees only that folder, as {@code /}.
 */
public final class InProcessSshServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InProcessSshServer.class);
    private static final AttributeKey<Boolean> REFUSED = new AttributeKey<>();

    private final Builder builder;
    private final Accounts accounts;
    private final HostKey hostKey;
    private final SshServer server;
    private final AtomicInteger refusals;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(task -> daemon(task, "allocator-testkit-exec"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "allocator-testkit-timer"));
    private final @Nullable SilentPort silence;
    private final int port;

    private InProcessSshServer(Builder builder) throws IOException {
        this.builder = builder;
        this.accounts = builder.accounts;
        this.refusals = new AtomicInteger(builder.refusals);
        this.hostKey = SshKeys.publicKey(builder.hostKey);
        this.server = configure(builder);
        if (builder.silence.isZero()) {
            this.silence = null;
            server.start();
            this.port = server.getPort();
        } else {
            SilentPort silent = new SilentPort(builder.port);
            this.silence = silent;
            this.port = silent.port();
            server.setPort(port);
            if (builder.silence.compareTo(Builder.FOREVER) < 0) {
                var unused = timer.schedule(this::speak, builder.silence.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /**
     * Describes one.
     *
     * @param home an existing folder
     */
    public static Builder builder(Path home) {
        return new Builder(home);
    }

    /** Where it listens. */
    public HostAndPort address() {
        return new HostAndPort("127.0.0.1", port);
    }

    /** By which key it proves itself. */
    public HostKey hostKey() {
        return hostKey;
    }

    /** Who may log in. */
    public Accounts accounts() {
        return accounts;
    }

    /**
     * Another one of the same description and at the same address, to be called after this was closed.
     *
     * @param silence how long it says nothing; a negative duration: forever
     */
    InProcessSshServer again(Duration silence) {
        return silence.isNegative()
                ? builder.port(port).silentForever().start()
                : builder.port(port).silentFor(silence).start();
    }

    /** Stops at once, as a machine that loses power: connections break and new ones are refused. */
    @Override
    public void close() {
        timer.shutdownNow();
        boolean interrupted = Thread.interrupted(); // who is interrupted wants this to end as well
        try {
            if (silence != null) {
                silence.close();
            }
            server.close(true).await(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedIOException e) {
            interrupted = true;
        } catch (IOException e) {
            LOG.debug("closing the server on port {}", port, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        threads.shutdownNow();
    }

    private void speak() {
        try {
            if (silence != null) {
                silence.release();
            }
            if (!SilentPort.isFree(port)) { // for a moment some outgoing connection has it
                var unused = timer.schedule(this::speak, 100, TimeUnit.MILLISECONDS);
                return;
            }
            server.start();
        } catch (BindException e) {
            // A connection from this host may have got the port as its own in the meantime; they are short-lived here.
            LOG.debug("port {} is not free yet", port, e);
            var unused = timer.schedule(this::speak, 50, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            LOG.error("the SSH server cannot take over port {}", port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SshServer configure(Builder builder) throws IOException {
        SshServer made = SshServer.setUpDefaultServer();
        made.setHost("127.0.0.1");
        made.setPort(builder.port);
        CoreModuleProperties.NIO_WORKERS.set(made, 2);
        made.setKeyPairProvider(KeyPairProvider.wrap(load(builder.hostKey)));
        made.setPasswordAuthenticator(
                (user, password, session) -> !isRefused(session) && accounts.accepts(user, Secret.of(password)));
        made.setPublickeyAuthenticator(
                (user, key, session) -> !isRefused(session) && accounts.accepts(user, publicKey(key)));
        List<GuestCommands> scripted = List.copyOf(builder.scripted);
        made.setCommandFactory((channel, line) -> new ShellChannel(line, builder.home, scripted, threads));
        made.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        made.setFileSystemFactory(new VirtualFileSystemFactory(builder.home));
        made.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        return made;
    }

    /** One refusal is one connection, however many ways to log in are tried on it. */
    private boolean isRefused(ServerSession session) {
        Boolean decided = session.getAttribute(REFUSED);
        if (decided == null) {
            decided = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            session.setAttribute(REFUSED, decided);
        }
        return decided;
    }

    private static HostKey publicKey(PublicKey key) {
        return HostKey.parse(PublicKeyEntry.toString(key));
    }

    private static Iterable<KeyPair> load(Secret privateKey) throws IOException {
        byte[] text = privateKey.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            return SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName("host key"), new ByteArrayInputStream(text), FilePasswordProvider.EMPTY);
        } catch (GeneralSecurityException e) {
            throw new IOException("the host key cannot be read", e);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Describes a server; not safe for several threads. */
    public static final class Builder {
        private static final Duration FOREVER = Duration.ofDays(3650);

        private final Path home;
        private final List<GuestCommands> scripted = new ArrayList<>();
        private Accounts accounts = new Accounts();
        private Secret hostKey = SshKeys.generate("host").privateKey();
        private Duration silence = Duration.ZERO;
        private int refusals;
        private int port;

        private Builder(Path home) {
            this.home = home;
        }

        /** Sets who may log in; nobody unless set. */
        public Builder accounts(Accounts accounts) {
            this.accounts = accounts;
            return this;
        }

        /** Sets the host key, in OpenSSH's format; a new ed25519 key unless set. */
        public Builder hostKey(Secret privateKey) {
            this.hostKey = privateKey;
            return this;
        }

        /** Adds scripted answers to commands, asked in order before a real shell is. */
        public Builder commands(GuestCommands commands) {
            scripted.add(commands);
            return this;
        }

        /** Accepts connections but says nothing for that long. Such early connections are never answered. */
        public Builder silentFor(Duration duration) {
            this.silence = duration;
            return this;
        }

        /** Accepts connections and never says anything. */
        public Builder silentForever() {
            return silentFor(FOREVER);
        }

        /** Refuses that many log-ins before it looks at credentials. */
        public Builder refusing(int logins) {
            this.refusals = logins;
            return this;
        }

        /** Sets the port; any that is free unless set. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Starts it. */
        public InProcessSshServer start() {
            try {
                return new InProcessSshServer(this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot start an SSH server on 127.0.0.1", e);
            }
        }
    }
}
