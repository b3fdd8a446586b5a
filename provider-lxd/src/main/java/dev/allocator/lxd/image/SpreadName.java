package dev.allocator.lxd.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of systems as spread has them, such as {@code ubuntu-24.04-64}: its lxd backend makes {@code ubuntu:24.04} and
 * {@code images:fedora/41/amd64} of them (canonical/spread, spread/lxd.go, {@code lxdImage}).
 */
final class SpreadName {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9._]+)+");

    /** Debian's names of what the kernel calls otherwise. */
    private static final Map<String, String> DEBIAN = Map.of(
            "x86_64", "amd64",
            "i686", "i386",
            "aarch64", "arm64",
            "armv7l", "armhf",
            "ppc64le", "ppc64el");

    private static final Map<String, String> NARROW = Map.of("amd64", "i386", "arm64", "armhf");
    private static final List<String> ARCHITECTURES =
            List.of("amd64", "i386", "armel", "armhf", "arm64", "powerpc", "ppc64el", "s390x", "riscv64");

    private SpreadName() {}

    /**
     * The image that such a name means.
     *
     * @param architecture as LXD calls it, where the name says none
     * @return {@code REMOTE:ALIAS}, or empty if it is no such name
     */
    static Optional<String> translate(String name, String architecture) {
        if (!FORM.matcher(name).matches()) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>(List.of(name.split("-")));
        String own = DEBIAN.getOrDefault(architecture, architecture);
        String wanted = own;
        String last = parts.get(parts.size() - 1);
        if (parts.size() > 2 && (last.equals("64") || last.equals("32"))) {
            parts.remove(parts.size() - 1);
            wanted = last.equals("64") ? own : NARROW.getOrDefault(own, own);
        } else if (parts.size() > 2 && ARCHITECTURES.contains(last)) {
            parts.remove(parts.size() - 1);
            wanted = last;
        }
        boolean ubuntu = parts.get(0).equals("ubuntu");
        if (!ubuntu || !wanted.equals(own)) {
            parts.add(wanted);
        }
        return Optional.of(
                ubuntu
                        ? "ubuntu:" + String.join("/", parts.subList(1, parts.size()))
                        : "images:" + String.join("/", parts));
    }
}
