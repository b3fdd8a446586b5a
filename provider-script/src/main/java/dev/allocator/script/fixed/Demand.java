package dev.allocator.script.fixed;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.Readiness.Level;
import dev.allocator.spi.MachineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a profile asks of a host.
 *
 * @param labels the labels that it must have, with these values
 * @param cpus processors to have; empty: it does not matter
 * @param memoryMebibytes memory to have; empty: it does not matter
 * @param gpus names of GPUs to have, one for each
 * @param login whether the host has to say how to log in, as the profile does not
 */
record Demand(
        Map<String, String> labels, OptionalLong cpus, OptionalLong memoryMebibytes, List<String> gpus, boolean login) {

    static Demand of(MachineSpec spec) {
        Profile profile = spec.profile();
        return new Demand(
                profile.labels(),
                profile.cpu().isPresent() ? OptionalLong.of(profile.cpu().getAsInt()) : OptionalLong.empty(),
                profile.memory()
                        .map(memory -> OptionalLong.of(roundedUp(memory)))
                        .orElse(OptionalLong.empty()),
                spec.settings().list("gpus"),
                profile.login().isEmpty() && needsLogin(profile));
    }

    private static long roundedUp(DataSize memory) {
        return memory.toMebibytes() + (memory.bytes() % (1 << 20) == 0 ? 0 : 1);
    }

    private static boolean needsLogin(Profile profile) {
        Level level = profile.readiness().level();
        return level == Level.LOGIN
                || level == Level.COMMAND
                || !profile.setup().isEmpty();
    }

    /** What it takes of a host, by resource class. */
    Map<String, Long> claims() {
        Map<String, Long> claims = new TreeMap<>(Gpus.count(gpus));
        claims.put(Host.SLOT, 1L);
        cpus.ifPresent(cpus -> claims.put(Host.VCPU, cpus));
        memoryMebibytes.ifPresent(memory -> claims.put(Host.MEMORY_MB, memory));
        return claims;
    }

    /** All of it in words; {@code nothing in particular} if there is none. */
    String words() {
        List<String> words = new ArrayList<>();
        labels.forEach((key, value) -> words.add("label " + label(key, value)));
        cpus.ifPresent(cpus -> words.add(cpus + (cpus == 1 ? " CPU" : " CPUs")));
        memoryMebibytes.ifPresent(memory -> words.add(DataSize.ofMebibytes(memory) + " of memory"));
        Gpus.count(gpus)
                .forEach((resource, count) -> words.add((count == 1 ? "GPU '" : count + " GPUs '")
                        + gpus.stream()
                                .filter(gpu -> Gpus.resourceClass(gpu).equals(resource))
                                .findFirst()
                                .orElse(resource)
                        + "'"));
        return words.isEmpty() ? "nothing in particular" : String.join(", ", words);
    }

    static String label(String key, String value) {
        return value.isEmpty() ? "'" + key + "'" : "'" + key + ": " + value + "'";
    }
}
