package dev.allocator.testkit;

/** The sentences of the SPI that {@link ProviderContract} checks, as they stand there. */
enum SpiSentence {
    TYPE("ProviderFactory", "lower-case letters, digits and dashes, a letter first; unique"),
    SETTINGS("ProviderFactory", "The keys of an instance under {@code providers:}, besides {@code type}."),
    PROFILE_SETTINGS("ProviderFactory", "The keys of a profile that this type adds to the common ones."),
    OPEN("ProviderFactory", "Opens an instance. Fast and without side effects"),
    SECRET("SettingsSchema", "A text that no message, log or record may show."),
    SCHEMA(
            "SettingsSchema",
            "It feeds the reading itself, {@code check}, suggestions for misspelt keys and the marking of secrets."),
    PLAN("Provider", "Checks all that can be checked without creating anything"),
    PLAN_NAMES("Provider", "decides the names by which the machine can be found again"),
    PLAN_REFUSES("Provider", "if such a machine cannot be made here"),
    SPEC_ID("MachineSpec", "the machine's id, from which all names outside derive"),
    REF("MachineRef", "All that is needed to find and destroy a machine again, in any process. Never holds a secret."),
    CREATE("Provider", "Creates the planned machine and starts it; returns without waiting for its guest."),
    CREATE_IDEMPOTENT("Provider", "Idempotent: a machine of this id that exists is used."),
    CREATE_STOPS("Provider", "if the thread was interrupted, which the engine does to cancel"),
    THREADS("Provider", "All methods may be called by many threads at once, also for the same machine."),
    ERRORS("Provider", "Errors are {@link ProviderException}s whose message is one clear sentence."),
    DEADLINE("CreateContext", "When the creation must be over."),
    RECORD("CreateContext", "call it before what is named comes to be"),
    BOOTSTRAP("Bootstrap", "What the engine wants planted in a machine while it is created"),
    PLACE("Place", "its name, unique among the places of its provider instance"),
    LOGIN("Machine", "Only with {@link Capability#LOGIN}"),
    DATA("Machine", "What the machine's maker says to its user, byte for byte; it may be secret"),
    TAGS(
            "MachineTags",
            "What a machine is tagged with from the first moment, so that it can be found and judged from outside."),
    DESTROY(
            "Provider",
            "Destroys a machine and all that belongs to it. Idempotent; a machine that is gone is success."),
    DESTROY_BY_REF("Provider", "Needs nothing but the ref"),
    DESTROY_ENGINE(
            "Provider", "the engine calls {@link #destroy} when the machine is over, also after this method failed"),
    DESTROY_WHILE(
            "Provider",
            "works while {@link #create} of the same machine is under way in any process: afterwards nothing of the machine may appear any more"),
    DESTROY_FAILS("Provider", "if something is left or that cannot be known"),
    LIST("Provider", "Finds machines that are tagged with any realm."),
    CHECK("Provider", "if that cannot be known, which is different from gone"),
    GONE("MachineHealth", "Nothing of it exists."),
    DEATH(
            "Machine",
            "Completes with one clear sentence when the machine dies by itself; never completes exceptionally"),
    AWAKE(
            "Machine",
            "Completes when connecting to the machine begins to make sense, as early as the provider can tell; never exceptionally"),
    LOCATED(
            "Machine",
            "Completes when its address is known, where that is learnt while it starts; never exceptionally."),
    COMMANDS(
            "Machine",
            "Completes when {@link Provider#exec} begins to work for it, as early as the provider can tell; never if it does not, and never exceptionally."),
    EXEC("Provider", "Runs a command in a machine as root, without its network and without its SSH server."),
    EXEC_SECRET("Provider", "Nothing of the standard input or of the environment may show in arguments of processes."),
    EXEC_STREAMS("Provider", "standard streams, environment and directory are heeded"),
    EXEC_STATUS("Provider", "one that a signal ended has status 128 + its number, one that is not there 127"),
    EXEC_LIMIT("Provider", "if it did not end within its time limit; it is killed then"),
    EXEC_INTERRUPT("Provider", "if the thread was interrupted; the command is killed then"),
    NETWORK("Capability", "Machines can join networks"),
    CARD("Machine", "Its card in the network of its spec, if that names one."),
    CARD_MAC("NetworkCard", "the card's hardware address, such as {@code 52:54:00:12:34:56}, lower case"),
    CARD_ADDRESS("NetworkCard", "its IPv4 address, which no other machine of the network has"),
    CARD_PREFIX("NetworkCard", "how many bits of the address say the network, 8 to 30"),
    FORWARD(
            "Provider",
            "Makes a TCP port of a machine reachable at a port of this host's loopback address, one that is free"),
    FORWARD_EACH("Provider", "Each call makes another one."),
    FORWARD_UNTIL("Provider", "until {@link #unforward} or the machine's end"),
    UNFORWARD("Provider", "Ends what {@link #forward} began."),
    UNFORWARD_AGAIN("Provider", "a port that is not forwarded any more, or whose machine is gone, is success"),
    SAVE_LOGS("Provider", "Saves what may tell why a machine failed"),
    CONSOLE("Capability", "Machines have a console that is written to a file."),
    CAPABILITY("Capability", "What a provider may be able to do. Declared, so that nobody has to try."),
    DIAGNOSE("Provider", "Says what is missing or worth knowing about this instance"),
    DIAGNOSIS("Diagnosis", "One sentence about a provider instance."),
    CLOSE("Provider", "Lets go of connections and threads; machines live on."),
    DIRECTORY("ProviderContext", "A machine's folder for files that live as long as it"),
    PROCESSES("ProcessSpec", "No secret belongs here: arguments are world-readable.");

    private final String type;
    private final String text;

    SpiSentence(String type, String text) {
        this.type = type;
        this.text = text;
    }

    /** The type of {@code dev.allocator.spi} that says it. */
    String type() {
        return type;
    }

    /** What it says, as written there. */
    String text() {
        return text;
    }

    /** The beginning of a failure's message, in a form that AssertJ does not take for a format. */
    String broken(String detail) {
        return brokenBy(detail).replace("%", "%%");
    }

    /** A failure's message. */
    String brokenBy(String detail) {
        return detail + " — the SPI says in " + type + ": \"" + text.replaceAll("\\{@\\w+ #?([^}]*)}", "$1") + "\"";
    }
}
