package dev.allocator.testkit.engine;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.event.AllocatorEvent;
import dev.allocator.testkit.InProcessProviderFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Uses secrets in all ways and prints all that it is told. */
final class CanaryProgram {

    static final String CANARY = "canary-Tweet7";

    private CanaryProgram() {}

    public static void main(String[] arguments) {
        try (PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
                Allocator allocator = Allocator.open(AllocatorOptions.builder()
                        .configSearch(false)
                        .stateDirectory(Path.of(arguments[0]))
                        .plugin(new InProcessProviderFactory())
                        .profile(image("demo").build())
                        .profile(image("broken").setup("echo no; exit 3").build())
                        .profile(image("refusing").setting("fault", "refuses").build())
                        .profile(Profile.named("bootstrapped", "in-process").build())
                        .build())) {
            allocator.on(AllocatorEvent.class, out::println);
            for (Credentials user : List.of(
                    Credentials.password("other", Secret.of(CANARY + "-user")),
                    Credentials.key("keyed", SshKeys.generate("x").privateKey()))) {
                for (String profile : List.of("demo", "broken", "bootstrapped")) {
                    allocate(allocator, profile, user, out);
                }
            }
            allocator
                    .ended()
                    .forEach(ended -> out.println(ended + " "
                            + ended.reason().name().toLowerCase(java.util.Locale.ROOT) + " " + ended.message()));
        }
    }

    private static Profile.Builder image(String name) {
        return Profile.named(name, "in-process").login(Credentials.password("tester", Secret.of(CANARY + "-image")));
    }

    private static void allocate(Allocator allocator, String profile, Credentials user, PrintWriter out) {
        AllocationRequest request =
                AllocationRequest.forProfile(profile).credentials(user).build();
        out.println(request);
        try (Lease lease = allocator.allocate(request)) {
            out.println(lease + " " + lease.info() + " " + lease.endpoint() + " " + user);
            out.println(lease.exec("true"));
            allocator.leases().forEach(out::println);
        } catch (AllocationException e) {
            out.println(e.failure());
            e.printStackTrace(out);
        }
    }
}
