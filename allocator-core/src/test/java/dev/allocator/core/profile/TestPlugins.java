package dev.allocator.core.profile;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProfileSource;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Plugins, good and bad, and a class loader that offers a choice of them. */
public final class TestPlugins {

    private TestPlugins() {}

    /** Plugins of which ServiceLoader finds just these, by the names of service and classes. */
    static Plugins of(Path folder, Map<Class<?>, List<String>> services) throws IOException {
        return Plugins.load(loader(folder, services));
    }

    static ClassLoader loader(Path folder, Map<Class<?>, List<String>> services) throws IOException {
        Path declarations = Files.createDirectories(folder.resolve("META-INF/services"));
        for (var service : services.entrySet()) {
            Files.write(declarations.resolve(service.getKey().getName()), service.getValue());
        }
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, TestPlugins.class.getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                // Without the plugins that happen to be on the class path.
                return name.startsWith("META-INF/services/") ? findResources(name) : super.getResources(name);
            }
        };
    }

    static Plugins good(Path folder) throws IOException {
        return of(
                folder,
                Map.of(
                        ProviderFactory.class, List.of(Qemu.class.getName(), Lxd.class.getName()),
                        StoreFactory.class, List.of(Etcd.class.getName()),
                        ProfileSource.class, List.of(SpreadFile.class.getName(), NamedFile.class.getName())));
    }

    static Plugins onlyQemu(Path folder) throws IOException {
        return of(folder, Map.of(ProviderFactory.class, List.of(Qemu.class.getName())));
    }

    abstract static class Factory implements ProviderFactory {
        @Override
        public SettingsSchema settings() {
            return SettingsSchema.empty();
        }

        @Override
        public SettingsSchema profileSettings() {
            return SettingsSchema.empty();
        }

        @Override
        public Provider open(ProviderContext context) {
            throw new UnsupportedOperationException();
        }
    }

    public static final class Qemu extends Factory {
        @Override
        public String type() {
            return "qemu";
        }

        @Override
        public SettingsSchema settings() {
            return SettingsSchema.empty()
                    .optional("binary", Kind.STRING, "the QEMU to run")
                    .optional("accel", Kind.STRING, "how to run it")
                    .values("auto", "kvm", "tcg")
                    .optional("token", Kind.SECRET, "a secret");
        }

        @Override
        public SettingsSchema profileSettings() {
            return SettingsSchema.empty()
                    .required("image", Kind.STRING, "the disk to boot")
                    .optional("accel", Kind.STRING, "how to run it")
                    .values("auto", "kvm", "tcg")
                    .optional("uefi", Kind.BOOLEAN, "whether to boot by UEFI")
                    .optional("args", Kind.LIST, "more arguments")
                    .optional("smbios", Kind.MAP, "what the firmware says")
                    .optional("serial", Kind.INTEGER, "a number")
                    .optional("unlock", Kind.SECRET, "the disk's passphrase")
                    .optional("grace", Kind.DURATION, "how long to wait")
                    .optional("scratch", Kind.SIZE, "a second disk")
                    .optionalSection(
                            "cloud-init",
                            SettingsSchema.empty()
                                    .required("user-data", Kind.STRING, "the file")
                                    .optional("hash", Kind.SECRET, "a secret"),
                            "what cloud-init is given")
                    .optionalSections(
                            "drives",
                            SettingsSchema.empty()
                                    .required("file", Kind.STRING, "the file")
                                    .optional("key", Kind.SECRET, "a secret")
                                    .optional("flags", Kind.LIST, "words"),
                            "more disks by name");
        }
    }

    public static final class Lxd extends Factory {
        @Override
        public String type() {
            return "lxd";
        }

        @Override
        public SettingsSchema settings() {
            return SettingsSchema.empty().required("socket", Kind.STRING, "LXD's socket");
        }

        @Override
        public SettingsSchema profileSettings() {
            return SettingsSchema.empty().optional("vm", Kind.BOOLEAN, "whether it is a virtual machine");
        }
    }

    public static final class SecondQemu extends Factory {
        @Override
        public String type() {
            return "qemu";
        }
    }

    public static final class ThrowingConstructor extends Factory {
        public ThrowingConstructor() {
            throw new IllegalStateException("no display");
        }

        @Override
        public String type() {
            return "throwing";
        }
    }

    public static final class MissingClass extends Factory {
        public MissingClass() {
            throw new NoClassDefFoundError("com/acme/Client");
        }

        @Override
        public String type() {
            return "linkage";
        }
    }

    public static final class ThrowingType extends Factory {
        @Override
        public String type() {
            throw new IllegalStateException("not yet");
        }
    }

    public static final class InvalidType extends Factory {
        @Override
        public String type() {
            return "My Provider";
        }
    }

    public static final class ThrowingSettings extends Factory {
        @Override
        public String type() {
            return "moody";
        }

        @Override
        public SettingsSchema settings() {
            throw new AssertionError("never");
        }
    }

    public static final class NullProfileSettings extends Factory {
        @Override
        public String type() {
            return "nothing";
        }

        @Override
        public SettingsSchema profileSettings() {
            return null;
        }
    }

    public static final class ClashingKey extends Factory {
        @Override
        public String type() {
            return "clashing";
        }

        @Override
        public SettingsSchema profileSettings() {
            return SettingsSchema.empty().optional("memory", Kind.INTEGER, "MiB");
        }
    }

    public static final class Etcd implements StoreFactory {
        @Override
        public String type() {
            return "etcd";
        }

        @Override
        public SettingsSchema settings() {
            return SettingsSchema.empty().required("endpoints", Kind.LIST, "where it listens");
        }

        @Override
        public Store open(Settings settings, Path stateDirectory) {
            throw new UnsupportedOperationException();
        }
    }

    /** Reads {@code system: {name: {image: …}}}. */
    public static final class SpreadFile implements ProfileSource {
        @Override
        public Set<String> fileNames() {
            return Set.of("spread-test.yaml");
        }

        @Override
        public Set<String> userFiles() {
            return Set.of("spread-test/user.yaml");
        }

        @Override
        public Map<String, ConfigNode> profiles(ConfigNode file) {
            Map<String, ConfigNode> profiles = new LinkedHashMap<>();
            ConfigNode systems = file.get("system")
                    .orElseThrow(() -> new IllegalArgumentException(
                            file.location() + ": no 'system'\n" + file.location() + ": x"));
            for (Entry system : systems.entries()) {
                Location at = system.location();
                ConfigNode image = system.value().get("image").orElseThrow();
                profiles.put(
                        system.key(),
                        ConfigNode.section(
                                at,
                                List.of(
                                        new Entry("provider", at, ConfigNode.scalar(at, "qemu")),
                                        new Entry("image", image.location(), image),
                                        new Entry(
                                                "setup",
                                                at,
                                                system.value().get("setup").orElse(ConfigNode.list(at, List.of()))))));
            }
            return profiles;
        }
    }

    /** Reads {@code accel: …} as an instance {@code tool}, of which each of {@code machines: {name: image}} is. */
    public static final class NamedFile implements ProfileSource {
        @Override
        public Set<String> fileNames() {
            return Set.of("tool.yaml", ".tool.yaml");
        }

        @Override
        public boolean automatic() {
            return false;
        }

        @Override
        public Map<String, ConfigNode> providers(ConfigNode file) {
            ConfigNode accel = file.get("accel").orElseThrow();
            Location at = accel.location();
            return Map.of("tool", section(at, Map.of("type", ConfigNode.scalar(at, "qemu"), "accel", accel)));
        }

        @Override
        public Map<String, ConfigNode> profiles(ConfigNode file) {
            Map<String, ConfigNode> profiles = new LinkedHashMap<>();
            file.get("machines")
                    .ifPresent(machines -> machines.entries()
                            .forEach(each -> profiles.put(
                                    each.key(),
                                    section(
                                            each.location(),
                                            Map.of(
                                                    "provider",
                                                    ConfigNode.scalar(each.location(), "tool"),
                                                    "image",
                                                    each.value())))));
            return profiles;
        }

        @Override
        public Map<String, String> unsupported(ConfigNode file) {
            Map<String, String> all = new LinkedHashMap<>();
            file.get("clouds")
                    .ifPresent(clouds -> clouds.entries()
                            .forEach(each -> all.put(each.key(), each.location() + ": it is in a cloud")));
            return all;
        }

        private static ConfigNode section(Location at, Map<String, ConfigNode> values) {
            return ConfigNode.section(
                    at,
                    values.entrySet().stream()
                            .map(value ->
                                    new Entry(value.getKey(), value.getValue().location(), value.getValue()))
                            .toList());
        }
    }
}
