package dev.allocator.script.adhoc;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.MadeUpPassword;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who logs in to a machine, as its scripts are told.
 *
 * @param system {@code $SPREAD_SYSTEM}
 * @param user {@code $SPREAD_SYSTEM_USERNAME}, or nothing, which means root
 * @param password {@code $SPREAD_SYSTEM_PASSWORD}, or nothing
 * @param session {@code $SPREAD_PASSWORD}, or nothing if the system has a password of its own
 * @param decided whether the engine has to be told, as the profile says nothing
 */
record AdhocLogin(String system, String user, String password, String session, boolean decided) {

    /** That of a new machine. */
    static AdhocLogin of(MachineSpec spec) throws ProviderException {
        String system = spec.settings().string("system").orElse(spec.profile().name());
        Optional<String> user = spec.settings().string("user");
        Optional<Credentials> login = spec.profile().login();
        if (login.isPresent()) {
            if (user.isPresent() && !user.get().equals(login.get().user())) {
                throw new ProviderException(
                        spec.settings().location("user") + ": 'user' and 'login' name different users");
            }
            String password = login.get().password().map(Secret::reveal).orElse("");
            return new AdhocLogin(
                    system, login.get().user(), password, password.isEmpty() ? MadeUpPassword.next() : "", false);
        }
        AdhocLogin made = new AdhocLogin(system, user.orElse(""), "", MadeUpPassword.next(), true);
        try {
            Optional<Credentials> unused = made.credentials();
        } catch (IllegalArgumentException e) {
            throw new ProviderException(spec.settings().location("user") + ": " + e.getMessage(), e);
        }
        return made;
    }

    /** What the engine is told. */
    Optional<Credentials> credentials() {
        return decided
                ? Optional.of(Credentials.password(user.isEmpty() ? "root" : user, Secret.of(session)))
                : Optional.empty();
    }

    /** What a script is told; each variable is there, if only empty. */
    Map<String, String> variables(String backend, String address) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SPREAD_BACKEND", backend);
        variables.put("SPREAD_SYSTEM", system);
        variables.put("SPREAD_SYSTEM_USERNAME", user);
        variables.put("SPREAD_SYSTEM_PASSWORD", password);
        variables.put("SPREAD_SYSTEM_ADDRESS", address);
        if (password.isEmpty()) {
            variables.put("SPREAD_PASSWORD", session);
        }
        return variables;
    }

    /** Hides the passwords, but for one that is the user's name and no secret. */
    Masking masking() {
        return Masking.of(List.of(password, session).stream()
                .filter(secret -> !secret.equals(user))
                .toList());
    }

    KeptSecrets keep(Map<String, String> environment) {
        return KeptSecrets.inheriting(
                environment,
                Map.of(
                        "system", system,
                        "user", user,
                        "password", password,
                        "session", session,
                        "decided", Boolean.toString(decided)));
    }

    static AdhocLogin of(KeptSecrets kept) {
        Map<String, String> values = kept.values();
        return new AdhocLogin(
                values.getOrDefault("system", ""),
                values.getOrDefault("user", ""),
                values.getOrDefault("password", ""),
                values.getOrDefault("session", ""),
                Boolean.parseBoolean(values.get("decided")));
    }
}
