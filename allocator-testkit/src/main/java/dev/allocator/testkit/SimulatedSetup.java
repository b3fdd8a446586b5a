package dev.allocator.testkit;

import dev.allocator.HostKey;
import dev.allocator.Secret;
import dev.allocator.core.readiness.Boot;
import dev.allocator.core.readiness.GuestScripts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in for the engine's scripts that set up users and the host name, or look at either, which would be about the
 * real host: they are about the machine's accounts, name and host key instead.
 */
final class SimulatedSetup implements GuestCommands {

    private static final Pattern ASSIGNMENT = Pattern.compile("^([a-z]+)=((?:'[^']*'|\\\\')*)$", Pattern.MULTILINE);

    private final Accounts accounts;
    private volatile String hostName = "";
    private volatile String hostKey = "";
    private volatile Runnable restart = () -> {};
    private final AtomicInteger boots = new AtomicInteger(1);

    SimulatedSetup(Accounts accounts) {
        this.accounts = accounts;
    }

    /** What the engine named the machine, or empty. */
    String hostName() {
        return hostName;
    }

    /** How the machine restarts, without waiting for it. */
    void restart(Runnable how) {
        restart = how;
    }

    /** Says that the machine was switched on once more. */
    void booted() {
        boots.incrementAndGet();
    }

    /** What the machine shows as its host key. */
    void hostKey(HostKey key) {
        hostKey = key + " root@machine\n";
    }

    @Override
    public Optional<GuestReply> answer(GuestCommand command) throws IOException {
        if (asksFor(command, GuestScripts.CLOUD_INIT)) {
            return Optional.of(GuestReply.ok(""));
        }
        if (asksFor(command, GuestScripts.HOST_KEYS)) {
            return Optional.of(GuestReply.ok(hostKey));
        }
        if (asksFor(command, Boot.SCRIPT)) {
            return Optional.of(GuestReply.ok("simulated boot " + boots + "\n"));
        }
        if (asksFor(command, Boot.RESTART)) {
            restart.run();
            return Optional.of(GuestReply.ok(""));
        }
        if (command.script().equals("'id' '-u'")) {
            return Optional.of(GuestReply.ok("0\n"));
        }
        boolean personalise = asksFor(command, GuestScripts.PERSONALISE);
        if (!personalise && !asksFor(command, GuestScripts.HOST_NAME)) {
            return Optional.empty();
        }
        String script = new String(command.stdin().readAllBytes(), StandardCharsets.UTF_8);
        if (personalise) {
            setUp(script);
        } else {
            hostName = parameter(script, "name");
        }
        return Optional.of(GuestReply.ok(""));
    }

    private static boolean asksFor(GuestCommand command, String script) {
        return command.script().contains("'" + script + "'");
    }

    private void setUp(String script) {
        String user = parameter(script, "user");
        String password = parameter(script, "password");
        if (password.isEmpty()) {
            accounts.addKey(user, HostKey.parse(parameter(script, "key")));
        } else {
            accounts.setPassword(user, Secret.of(password));
        }
    }

    /** The value that a script assigns in single quotes before it starts. */
    static String parameter(String script, String name) {
        Matcher assignment = ASSIGNMENT.matcher(script);
        while (assignment.find()) {
            if (assignment.group(1).equals(name)) {
                return assignment
                        .group(2)
                        .replace("'\\''", "\0")
                        .replace("'", "")
                        .replace('\0', '\'');
            }
        }
        throw new IllegalArgumentException("the script does not set '" + name + "'");
    }
}
