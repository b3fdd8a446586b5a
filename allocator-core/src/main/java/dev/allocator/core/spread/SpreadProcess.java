package dev.allocator.core.spread;

import dev.allocator.core.process.ProcessIdentity;

/**
 * A process of spread, told apart from every other one that ever was.
 *
 * @param host the machine id of its host
 * @param boot the boot id of its host
 * @param namespace its pid namespace
 * @param identity the process there
 */
public record SpreadProcess(String host, String boot, String namespace, ProcessIdentity identity) {

    @Override
    public String toString() {
        return "pid " + identity.pid();
    }
}
