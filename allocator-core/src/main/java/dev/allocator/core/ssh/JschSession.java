package dev.allocator.core.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.allocator.Credentials;
import dev.allocator.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/** Logs in with JSch. Nothing of JSch's own files, agents, loggers or static settings is used or changed. */
final class JschSession {

    /** Together with {@link #KEEP_ALIVES} this notices a dead machine within 30 s. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private static final int KEEP_ALIVES = 2;

    /** What OpenSSH says when it hangs up on someone whom it will not let in, codes of RFC 4253, section 11.1. */
    private static final Pattern HUNG_UP =
            Pattern.compile("SSH_MSG_DISCONNECT: (?:14 .*|2 .*(?:authentication failures|denied).*)", Pattern.DOTALL);

    private JschSession() {}

    /** Logs in on a connection; closes it if that fails. */
    static Session logIn(BannerSocket socket, Credentials credentials, HostKeyCheck check, Duration timeout)
            throws LoginRefusedException, HostKeyMismatchException, IOException {
        ServerMessages messages = new ServerMessages(credentials.password());
        boolean loggedIn = false;
        Session session = null;
        JschLog log = new JschLog();
        try {
            session = configure(socket, credentials, check, messages, log);
            session.connect(Math.toIntExact(Math.max(1, timeout.toMillis())));
            // The time-out of one read is now how long JSch waits before it sends a keep-alive.
            session.setServerAliveInterval(Math.toIntExact(KEEP_ALIVE.toMillis()));
            session.setServerAliveCountMax(KEEP_ALIVES);
            loggedIn = true;
            return session;
        } catch (JSchException e) {
            check.throwIfMismatched(socket.address());
            throw failure(socket, credentials, messages, log.brokenBy().orElse(e));
        } finally {
            if (!loggedIn) {
                socket.close();
                if (session != null) {
                    session.disconnect();
                }
            }
        }
    }

    private static Session configure(
            BannerSocket socket, Credentials credentials, HostKeyCheck check, ServerMessages messages, JschLog log)
            throws JSchException {
        JSch jsch = new JSch();
        jsch.setInstanceLogger(log);
        jsch.setHostKeyRepository(check);
        if (credentials.privateKey().isPresent()) {
            SshKeys.publicKey(credentials.privateKey().get());
            byte[] key = credentials.privateKey().get().reveal().getBytes(StandardCharsets.UTF_8);
            jsch.addIdentity("allocator", key, null, null);
        }
        Session session = jsch.getSession(
                credentials.user(), socket.address().host(), socket.address().port());
        session.setSocketFactory(new ConnectedSocket(socket));
        session.setUserInfo(messages);
        session.setDaemonThread(true);
        session.setThreadFactory(task -> new Thread(() -> runNamed(task, socket), "allocator-ssh"));
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig("server_host_key", check.algorithms());
        // All of these are part of every JVM from 17 on: no time is spent on trying whether they work.
        session.setConfig(
                "kex",
                "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
                        + "diffie-hellman-group16-sha512,diffie-hellman-group14-sha256");
        session.setConfig("CheckKexes", "");
        session.setConfig("CheckCiphers", "");
        session.setConfig("CheckMacs", "");
        session.setConfig("CheckSignatures", "");
        if (credentials.password().isPresent()) {
            Secret password = credentials.password().get();
            session.setPassword(password.reveal().getBytes(StandardCharsets.UTF_8));
            session.setConfig("PreferredAuthentications", "password,keyboard-interactive");
            // A password that was wrong once is not offered again as an answer to a prompt.
            session.setConfig("MaxAuthTries", "1");
        } else {
            session.setConfig("PreferredAuthentications", "publickey");
        }
        return session;
    }

    private static void runNamed(Runnable task, BannerSocket socket) {
        // JSch names its threads after it made them.
        Thread.currentThread().setName("allocator-ssh-" + socket.address());
        task.run();
    }

    private static IOException failure(
            BannerSocket socket, Credentials credentials, ServerMessages messages, Exception e)
            throws LoginRefusedException {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("Auth ") || HUNG_UP.matcher(message).matches()) {
            String said = messages.text();
            throw new LoginRefusedException(
                    "the SSH server at " + socket.address() + " refused the log-in of " + credentials
                            + (said.isEmpty() ? "" : ", saying '" + said + "'"),
                    said);
        }
        Throwable cause = e.getCause() instanceof IOException io ? io : e;
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new IOException("the connection to " + socket.address() + " broke during the log-in: " + why, e);
    }
}
