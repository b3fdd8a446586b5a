package dev.allocator.testkit;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The in-process provider; each bug does something else in a method. */
class Bug implements Provider {

    ProviderContext context;
    Provider sound;

    SettingsSchema settings() {
        return SettingsSchema.empty().optional("token", Kind.SECRET, "a secret that nobody needs");
    }

    void opened() {}

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        return sound.plan(spec);
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
        return sound.create(plan, creation);
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        sound.destroy(ref);
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        return sound.list();
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        return sound.check(ref);
    }

    @Override
    public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
        return sound.exec(ref, command);
    }

    @Override
    public HostAndPort forward(MachineRef ref, int guestPort) throws ProviderException, InterruptedException {
        return sound.forward(ref, guestPort);
    }

    @Override
    public void unforward(MachineRef ref, HostAndPort address) throws ProviderException, InterruptedException {
        sound.unforward(ref, address);
    }

    @Override
    public void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {
        sound.saveLogs(ref);
    }

    @Override
    public Set<Capability> capabilities() {
        return sound.capabilities();
    }

    @Override
    public void close() {
        try {
            sound.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    String secret() {
        return context.settings().secret("token").map(token -> token.reveal()).orElse("none");
    }

    static Machine with(Machine machine, MachineRef ref, Optional<HostAndPort> address) {
        return machine.toBuilder()
                .ref(ref)
                .address(address.orElse(null))
                .attributes(Map.of())
                .build();
    }

    /** A factory of that bug. */
    static ProviderFactory factory(Class<? extends Bug> bug, InProcessHost host) {
        InProcessProviderFactory sound = new InProcessProviderFactory(host);
        return new ProviderFactory() {
            @Override
            public String type() {
                return "broken";
            }

            @Override
            public SettingsSchema settings() {
                return make().settings();
            }

            @Override
            public SettingsSchema profileSettings() {
                return sound.profileSettings();
            }

            @Override
            public Provider open(ProviderContext context) {
                Bug provider = make();
                provider.context = context;
                provider.sound = sound.open(context);
                provider.opened();
                return provider;
            }

            private Bug make() {
                try {
                    return bug.getDeclaredConstructor().newInstance();
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }
}
