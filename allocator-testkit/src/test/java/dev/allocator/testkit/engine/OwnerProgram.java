package dev.allocator.testkit.engine;

import dev.allocator.core.lease.Owner;
import dev.allocator.core.lease.OwnerId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** Holds an owner's lock until it is killed. */
final class OwnerProgram {

    private OwnerProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Owner owner = Owner.lock(Path.of(arguments[0]), OwnerId.self(), InstantSource.system());
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            OwnerId id = owner.id();
            out.write((id.token() + " " + id.pid() + " " + id.start() + "\n").getBytes(StandardCharsets.UTF_8));
            new CountDownLatch(1).await();
        }
    }
}
