package dev.allocator.script;

import dev.allocator.script.adhoc.AdhocProvider;
import dev.allocator.script.commands.CommandsProvider;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The provider type {@code script}: machines that external commands make. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class ScriptProviderFactory implements ProviderFactory {

    /** What {@link java.util.ServiceLoader} calls. */
    public ScriptProviderFactory() {}

    @Override
    public String type() {
        return "script";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty()
                .required("contract", Kind.STRING, "what the commands are told and have to answer")
                .values("adhoc", "commands")
                .optional("allocate", Kind.STRING, "adhoc: the script that makes a machine and says ADDRESS")
                .optional(
                        "discard",
                        Kind.STRING,
                        "adhoc: the script that takes the machine at $SPREAD_SYSTEM_ADDRESS back")
                .optional("backend", Kind.STRING, "adhoc: $SPREAD_BACKEND; default: the instance's name")
                .optional("create", Kind.STRING, "commands: the shell line that makes a machine")
                .optional("destroy", Kind.STRING, "commands: the shell line that takes it back")
                .optional("list", Kind.STRING, "commands: the shell line that lists machines")
                .optional("check", Kind.STRING, "commands: the shell line that looks at one machine")
                .optional("directory", Kind.STRING, "where they run; default: the folder of this file")
                .optional("warn-timeout", Kind.DURATION, "how often a slow one is mentioned; default: 5m")
                .optional("kill-timeout", Kind.DURATION, "how long one may run; default: 15m")
                .optional(
                        "retry-delay",
                        Kind.DURATION,
                        "the pause before a failed creation is tried again, which grows; default: 5s");
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty()
                .optional("system", Kind.STRING, "adhoc: $SPREAD_SYSTEM; default: the profile's name")
                .optional(
                        "user",
                        Kind.STRING,
                        "without login: who logs in with the password that the command is given; default: root")
                .optional("options", Kind.MAP, "commands: words for the create command");
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        String contract = context.settings().string("contract").orElseThrow();
        return contract.equals("adhoc") ? new AdhocProvider(context) : new CommandsProvider(context);
    }
}
