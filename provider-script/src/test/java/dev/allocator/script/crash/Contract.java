package dev.allocator.script.crash;

import java.util.Map;

/** Scripts of a contract that make machines of {@code cloud.sh}. */
enum Contract {
    ADHOC("allocate", Map.of("contract", "adhoc", "allocate", Contract.ALLOCATE, "discard", Contract.DISCARD)),

    /** Its script cleans up after itself whatever ends it. */
    ADHOC_WITH_TRAP(
            "allocate",
            Map.of(
                    "contract",
                    "adhoc",
                    "allocate",
                    "trap '[ -n \"${given-}\" ] || unmake \"$port\"' EXIT\n" + Contract.ALLOCATE + "given=yes\n",
                    "discard",
                    Contract.DISCARD)),

    COMMANDS(
            "create",
            Map.of(
                    "contract",
                    "commands",
                    "create",
                    "set -e; . ./cloud.sh; make \"$ALLOCATOR_MACHINE\"; echo host.example:22; point PRINTED",
                    "destroy",
                    "set -e; . ./cloud.sh; point DISCARD_BEGUN; unmake \"$ALLOCATOR_MACHINE\"; point DISCARD_DONE")),

    /** Its script fails with a machine that it has given the address of, which is discarded before another try. */
    ADHOC_FAILING(
            "allocate",
            Map.of("contract", "adhoc", "allocate", Contract.ALLOCATE + "exit 1\n", "discard", Contract.DISCARD)),

    /** Its script fails with a machine, which is destroyed before another try. */
    COMMANDS_FAILING(
            "create",
            Map.of(
                    "contract",
                    "commands",
                    "create",
                    ". ./cloud.sh; make \"$ALLOCATOR_MACHINE\"; exit 1",
                    "destroy",
                    "set -e; . ./cloud.sh; point DISCARD_BEGUN; unmake \"$ALLOCATOR_MACHINE\"; point DISCARD_DONE"));

    private static final String ALLOCATE = """
            . ./cloud.sh
            port=$(shuf -i 20000-60000 -n 1)
            make "$port"
            ADDRESS "127.0.0.1:$port"
            point PRINTED
            """;

    private static final String DISCARD = """
            . ./cloud.sh
            point DISCARD_BEGUN
            unmake "${SPREAD_SYSTEM_ADDRESS##*:}"
            point DISCARD_DONE
            """;

    private final String creating;
    private final Map<String, Object> settings;

    Contract(String creating, Map<String, Object> settings) {
        this.creating = creating;
        this.settings = settings;
    }

    /** The name of the hook that creates. */
    String creating() {
        return creating;
    }

    Map<String, Object> settings() {
        return settings;
    }
}
