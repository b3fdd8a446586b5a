package dev.allocator.spi;

import dev.allocator.Profile;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Opens instances of a type of provider. Found by {@link java.util.ServiceLoader}; one that cannot be loaded is an
 * unusable entry of {@link dev.allocator.Allocator#health()}, nothing worse.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public interface ProviderFactory {

    /** The type's name, such as {@code qemu}: lower-case letters, digits and dashes, a letter first; unique. */
    String type();

    /** The keys of an instance under {@code providers:}, besides {@code type}. */
    SettingsSchema settings();

    /** The keys of a profile that this type adds to the common ones. */
    SettingsSchema profileSettings();

    /**
     * Profiles that need no configuration, such as {@code debian-12}. Each names this type as its provider; any file or
     * program that defines a profile of the same name takes its place. Of two types with the same name the engine
     * uses none and says so.
     */
    default List<Profile> profiles() {
        return List.of();
    }

    /**
     * Opens an instance. Fast and without side effects: what may be missing is said by {@link Provider#diagnose()}
     * and {@link Provider#plan}.
     *
     * @throws ProviderException if the settings contradict each other
     */
    Provider open(ProviderContext context) throws ProviderException;
}
