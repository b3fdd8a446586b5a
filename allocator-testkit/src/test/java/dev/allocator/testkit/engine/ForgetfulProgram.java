package dev.allocator.testkit.engine;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.event.AllocatorEvent;
import dev.allocator.testkit.InProcessProviderFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Allocates, uses the machine, and ends without closing anything. */
final class ForgetfulProgram {

    private ForgetfulProgram() {}

    @SuppressWarnings("resource") // which is the point
    public static void main(String[] arguments) throws IOException {
        Allocator allocator = Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(Path.of(arguments[0]))
                .plugin(new InProcessProviderFactory())
                .profile(Profile.named("demo", "in-process")
                        .login(Credentials.password("tester", Secret.of("password")))
                        .build())
                .build());
        allocator.on(AllocatorEvent.class, event -> event.at());
        Lease lease = allocator.allocate("demo");
        new FileOutputStream(FileDescriptor.out)
                .write(lease.exec("echo", "it works").orThrow().stdout().getBytes(StandardCharsets.UTF_8));
    }
}
