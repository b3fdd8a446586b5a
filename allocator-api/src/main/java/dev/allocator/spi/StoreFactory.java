package dev.allocator.spi;

import java.nio.file.Path;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Opens stores of a type. Found by {@link java.util.ServiceLoader}; {@code file} and {@code memory} are part of the
 * engine.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public interface StoreFactory {

    /** The type's name, such as {@code file}. */
    String type();

    /** The keys under {@code store:}, besides {@code type}. */
    SettingsSchema settings();

    /**
     * Opens the store, and creates it if it does not exist.
     *
     * @param settings checked against {@link #settings()}
     * @param stateDirectory the folder for local files
     * @throws dev.allocator.StoreException if it cannot be used; says why and what to do
     */
    Store open(Settings settings, Path stateDirectory);
}
