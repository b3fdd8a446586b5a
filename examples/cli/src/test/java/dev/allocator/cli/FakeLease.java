package dev.allocator.cli;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.LeaseState;
import dev.allocator.Secret;
import dev.allocator.SshEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A lease that remembers what was done to it. */
final class FakeLease implements Lease {

    final HostAndPort address;
    SshEndpoint endpoint;
    LeaseInfo.Builder info;
    Function<Command, ExecResult> exec = FakeLease::echo;
    RuntimeException discardFails;
    byte[] data;
    List<Path> logs = List.of();
    HostAndPort forwarded = new HostAndPort("127.0.0.1", 4321);

    private final FakeAllocator allocator;
    private final LeaseId id;

    FakeLease(FakeAllocator allocator, LeaseId id, HostAndPort address) {
        this.allocator = allocator;
        this.id = id;
        this.address = address;
        this.endpoint = SshEndpoint.builder(address, Credentials.password("debian", Secret.of("canary")))
                .build();
        this.info = LeaseInfo.builder(id, "debian-12", "local", LeaseState.READY, Instant.parse("2026-01-02T03:04:05Z"))
                .address(address)
                .user("debian");
    }

    /** A program whose output is its arguments. */
    private static ExecResult echo(Command command) {
        write(command.stdout().orElseThrow(), String.join(" ", command.words()) + "\n");
        return new ExecResult(command.words().get(0), 0, "", "", Duration.ZERO);
    }

    static void write(OutputStream stream, String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public LeaseId id() {
        return id;
    }

    @Override
    public LeaseInfo info() {
        return info.build();
    }

    @Override
    public Optional<SshEndpoint> endpoint() {
        return Optional.ofNullable(endpoint);
    }

    @Override
    public String address(String network) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> hostAddress() {
        return Optional.empty();
    }

    @Override
    public void reboot(Duration timeout) {
        allocator.calls.add("reboot " + address + " " + timeout);
    }

    @Override
    public List<Path> logs() {
        return logs;
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of();
    }

    @Override
    public Optional<byte[]> data() {
        return Optional.ofNullable(data);
    }

    @Override
    public ExecResult exec(Command command) {
        return exec.apply(command);
    }

    @Override
    public void upload(Path local, String remote) {
        allocator.calls.add("upload " + local + " to " + remote);
    }

    @Override
    public void download(String remote, Path local) {
        allocator.calls.add("download " + remote + " to " + local);
    }

    @Override
    public HostAndPort forward(int guestPort) {
        allocator.calls.add("forward " + guestPort);
        return forwarded;
    }

    @Override
    public void renew(Duration ttl) {
        allocator.calls.add("renew " + address + " " + ttl);
        info.expires(Instant.parse("2026-01-02T03:04:05.678Z").plus(ttl));
    }

    @Override
    public void detach() {
        allocator.calls.add("detach");
    }

    @Override
    public String keep(Duration ttl) {
        allocator.calls.add("keep " + address + " " + ttl);
        return "kept";
    }

    @Override
    public void discard() {
        allocator.calls.add("discard " + address);
        if (discardFails != null) {
            throw discardFails;
        }
        allocator.leases.remove(this);
    }

    @Override
    public void close() {
        allocator.calls.add("close lease");
    }
}
