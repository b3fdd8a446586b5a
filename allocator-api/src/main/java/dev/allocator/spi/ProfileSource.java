package dev.allocator.spi;

import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Reads profiles from the configuration file of another tool, such as {@code spread-lxd.yaml}. Found by
 * {@link java.util.ServiceLoader}. The file is read where {@code sources:} in {@code allocator.yaml},
 * {@code ALLOCATOR_CONFIG} or {@link dev.allocator.AllocatorOptions#configFile()} names it, and looked for if the source
 * is {@linkplain #automatic() automatic}: beside the nearest {@code spread.yaml} from the working directory upwards; if it
 * is not there, the nearest one upwards is read, though none from above the folder of that {@code spread.yaml}.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public interface ProfileSource {

    /** The names of the files it reads. */
    Set<String> fileNames();

    /** Whether its files are read without being named; true unless overridden. */
    default boolean automatic() {
        return true;
    }

    /**
     * The user's own files of that tool, as paths below {@code $XDG_CONFIG_HOME} (by default {@code ~/.config}). Those
     * that exist are read too, like the others, where one of those was found without being named.
     *
     * @return none unless overridden
     */
    default Set<String> userFiles() {
        return Set.of();
    }

    /**
     * Turns a file into provider instances, for the profiles that it makes.
     *
     * @param file its whole content, resolved
     * @return sections as under {@code providers:} in {@code allocator.yaml}, by instance name; none unless overridden
     * @throws IllegalArgumentException as for {@link #profiles}
     */
    default Map<String, ConfigNode> providers(ConfigNode file) {
        return Map.of();
    }

    /**
     * Turns a file into profiles.
     *
     * @param file its whole content, resolved
     * @return sections as under {@code profiles:} in {@code allocator.yaml}, by profile name, whose nodes keep the
     *     locations they came from
     * @throws IllegalArgumentException if the file is wrong, with one {@code file:line:column: what} a line
     */
    Map<String, ConfigNode> profiles(ConfigNode file);

    /**
     * Names that the file defines, but that no profile can be made of. They are no mistake: they are neither listed nor
     * checked, and only who asks for one is told.
     *
     * @param file its whole content, resolved
     * @return why not, {@code file:line:column: what} in one sentence each, by profile name; none unless overridden
     * @throws IllegalArgumentException as for {@link #profiles}
     */
    default Map<String, String> unsupported(ConfigNode file) {
        return Map.of();
    }
}
