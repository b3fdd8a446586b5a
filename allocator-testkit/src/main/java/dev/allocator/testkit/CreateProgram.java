package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.spi.Claim;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Creates a machine, says how far it is, and waits to be killed. */
final class CreateProgram {

    static final String PLANNED = "planned";
    static final String CREATED = "created";

    private CreateProgram() {}

    static List<String> arguments(
            Class<? extends ProviderFactory> factory,
            ProviderBench bench,
            Profile profile,
            Path folder,
            MachineId id,
            Optional<Claim> claim) {
        return List.of(
                factory.getName(),
                bench.configFile().toString(),
                folder.toString(),
                bench.context().realm().value(),
                profile.name(),
                profile.provider(),
                id.value(),
                claim.map(Claim::place).orElse(""),
                claim.map(Claim::slot).orElse(0).toString());
    }

    /** Takes the {@link #arguments}. */
    public static void main(String[] arguments) throws Exception {
        ProviderFactory factory = ForkedJvm.instance(arguments[0], ProviderFactory.class);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try (ProviderBench bench = ProviderBench.of(
                        factory, Profile.named(arguments[4], arguments[5]).build(), Path.of(arguments[2]))
                .configFile(Path.of(arguments[1]))
                .realm(new RealmId(arguments[3]))
                .open()) {
            Optional<Claim> claim = arguments[7].isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Claim(arguments[7], Integer.parseInt(arguments[8])));
            MachinePlan plan = bench.provider().plan(bench.spec(new MachineId(arguments[6]), false));
            out.println(PLANNED);
            bench.provider().create(plan, ContractCreation.within(Duration.ofMinutes(5), claim));
            out.println(CREATED);
            int unused = System.in.read(); // which nobody writes to
        }
    }
}
