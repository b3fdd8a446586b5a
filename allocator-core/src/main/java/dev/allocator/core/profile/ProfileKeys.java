package dev.allocator.core.profile;

import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.util.List;

/** The keys that every profile may have, whatever its provider. */
final class ProfileKeys {

    static final SettingsSchema LOGIN = SettingsSchema.empty()
            .optional("user", Kind.STRING, "the user who can log in")
            .optional("password", Kind.SECRET, "the user's password")
            .optional("key", Kind.SECRET, "the file with the user's private key, or the key itself")
            .optional("command", Kind.STRING, "a shell line that prints the user and the password, a line each");

    static final SettingsSchema COMMON = SettingsSchema.empty()
            .optional("provider", Kind.STRING, "the provider instance that makes its machines")
            .optional("image", Kind.STRING, "the image, in the provider's terms")
            .optional("arch", Kind.STRING, "the machine architecture as uname -m names it")
            .optional("cpu", Kind.INTEGER, "virtual CPUs")
            .optional("memory", Kind.SIZE, "memory")
            .optional("disk", Kind.SIZE, "the size of the root disk")
            .optionalSection("login", LOGIN, "what the image's SSH server already accepts")
            .optional("network", Kind.STRING, "the network that machines of this name share")
            .optional("ttl", Kind.DURATION, "how long leases last")
            .optional("timeout", Kind.DURATION, "how long an allocation may take")
            .optional("limit", Kind.INTEGER, "how many machines of it there may be at a time")
            .optional("keep", Kind.STRING, "when its machines are kept")
            .values("failed", "always", "never")
            .optional("collect", Kind.LIST, "what is copied from a machine whose allocation failed")
            .optional("labels", Kind.MAP, "free words")
            .optional("extends", Kind.LIST, "profiles to start from")
            .optional("abstract", Kind.BOOLEAN, "whether it can only be extended");

    /** Keys whose form is more than a schema can say. */
    static final List<String> READ_ELSEWHERE = List.of("setup", "readiness", "shares");

    private ProfileKeys() {}
}
