package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Two processes that nobody may touch: one that looks like a machine of another realm, in a state directory of its own,
 * and one that carries no tag.
 */
final class Bystanders implements AutoCloseable {

    private final Path machine;
    private final Process foreign;
    private final Process untagged;

    private Bystanders(Path machine, Process foreign, Process untagged) {
        this.machine = machine;
        this.foreign = foreign;
        this.untagged = untagged;
    }

    static Bystanders plant(Path state) throws IOException {
        String id = UUID.randomUUID().toString();
        Path machine = Files.createDirectories(state.resolve("machines/process/" + id));
        ProcessBuilder foreign = new ProcessBuilder("sleep", "86399").directory(machine.toFile());
        foreign.environment().put("ALLOCATOR_REALM", UUID.randomUUID().toString());
        foreign.environment().put("ALLOCATOR_MACHINE", id);
        Process started = foreign.start();
        Files.writeString(machine.resolve("process"), started.pid() + " 1");
        return new Bystanders(machine, started, new ProcessBuilder("sleep", "86399").start());
    }

    void requireUntouched() {
        assertThat(foreign.isAlive()).as("the other realm's machine lives").isTrue();
        assertThat(machine.resolve("process")).as("its file").isRegularFile();
        assertThat(machine.resolve("discarded")).as("its barrier").doesNotExist();
        assertThat(untagged.isAlive()).as("the process without a tag lives").isTrue();
    }

    @Override
    public void close() {
        foreign.destroyForcibly();
        untagged.destroyForcibly();
    }
}
