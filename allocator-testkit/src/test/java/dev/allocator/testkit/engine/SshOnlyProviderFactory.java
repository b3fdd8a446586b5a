package dev.allocator.testkit.engine;

import dev.allocator.spi.Capability;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Set;

/** Another type's machines, whose provider can neither forward ports nor run commands: all goes over SSH. */
record SshOnlyProviderFactory(ProviderFactory factory) implements ProviderFactory {

    static final String TYPE = "ssh-only";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public SettingsSchema settings() {
        return factory.settings();
    }

    @Override
    public SettingsSchema profileSettings() {
        return factory.profileSettings();
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        Provider provider = factory.open(context);
        return (Provider) Proxy.newProxyInstance(
                Provider.class.getClassLoader(),
                new Class<?>[] {Provider.class},
                (proxy, method, arguments) ->
                        method.getName().equals("capabilities") ? less(provider) : call(provider, method, arguments));
    }

    private static Set<Capability> less(Provider provider) {
        Set<Capability> less = EnumSet.copyOf(provider.capabilities());
        less.removeAll(Set.of(Capability.FORWARD, Capability.EXEC));
        return less;
    }

    private static Object call(Provider provider, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(provider, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
