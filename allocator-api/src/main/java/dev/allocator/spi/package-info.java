/**
 * What plugins implement: {@linkplain dev.allocator.spi.ProviderFactory providers} of machines,
 * {@linkplain dev.allocator.spi.StoreFactory stores} of records and {@linkplain dev.allocator.spi.ProfileSource
 * sources} of profiles. All are found by {@link java.util.ServiceLoader}.
 *
 * <p>A provider creates, destroys, lists and checks machines, nothing else: readiness, log-in, setup steps,
 * deadlines, leases and retries belong to the engine.
 *
 * <h2 id="writing">Writing a provider</h2>
 *
 * <p>The project {@code examples/third-party-provider} is a complete one in under 200 lines, with a guide from an empty
 * folder to a jar. This page says what its parts may rely on and what they promise.
 *
 * <h3 id="parts">Parts</h3>
 *
 * <ul>
 *   <li>A public {@link dev.allocator.spi.ProviderFactory} with a public constructor without parameters. It names the
 *       {@linkplain dev.allocator.spi.ProviderFactory#type() type} and the keys that
 *       {@linkplain dev.allocator.spi.ProviderFactory#settings() an instance} and
 *       {@linkplain dev.allocator.spi.ProviderFactory#profileSettings() a profile} may have in the configuration. The engine
 *       reads and checks these; whatever is not in a schema is refused with its place.
 *   <li>A {@link dev.allocator.spi.Provider}, one object for each configured instance and process.
 *   <li>A file {@code META-INF/services/dev.allocator.spi.ProviderFactory} that names the factory.
 *   <li>Nothing of the engine: {@code allocator-api} is all that a provider is compiled against.
 * </ul>
 *
 * <p>It is used from the class path or module path of a program, or as {@code NAME/*.jar} in one of its
 * {@linkplain dev.allocator.AllocatorOptions#pluginFolders() folders of plugins}; the command line's are
 * {@code ALLOCATOR_PLUGINS}, else {@code plugins} beside the program and {@code ~/.local/share/allocator/plugins}. There it has
 * a class loader of its own, which looks into its jars first, except for Java, the API and SLF4J. Libraries that look
 * things up by the thread's context class loader see the program's. The release archive of the command line brings a
 * trimmed Java with {@code java.base}, {@code java.logging}, {@code java.management}, {@code java.net.http},
 * {@code java.security.jgss}, {@code java.xml}, {@code jdk.crypto.ec}, {@code jdk.unsupported} and what these require:
 * {@code runtime/bin/java --list-modules} prints all. A plugin that needs others runs with an ordinary Java.
 *
 * <h3 id="life">Who calls what, when, in which process</h3>
 *
 * <table>
 *   <caption>The life of a machine</caption>
 *   <tr><th>call</th><th>when</th><th>process</th></tr>
 *   <tr><td>{@code open}</td><td>before the first use of an instance; also for {@code check}</td><td>each</td></tr>
 *   <tr><td>{@code plan}</td><td>before anything exists; its ref is made durable next</td><td>the owner</td></tr>
 *   <tr><td>{@code create}</td><td>after that, once; again with the same plan if the engine is not sure</td><td>the owner</td></tr>
 *   <tr><td>{@code saveLogs}</td><td>before a machine is destroyed whose allocation failed</td><td>the owner</td></tr>
 *   <tr><td>{@code exec}, {@code forward}</td><td>while it lives, where declared</td><td>any</td></tr>
 *   <tr><td>{@code check}</td><td>when somebody wants to know what became of it</td><td>any</td></tr>
 *   <tr><td>{@code destroy}</td><td>in the end, as often as it takes</td><td>any: the owner, another program of the user, or the
 *       <em>reaper</em>, a small JVM that runs when the owner was killed or a detached lease ran out</td></tr>
 *   <tr><td>{@code list}</td><td>{@code cleanup}, the reaper, and at most once a minute in the background</td><td>any</td></tr>
 *   <tr><td>{@code close}</td><td>with the allocator; machines live on</td><td>each</td></tr>
 * </table>
 *
 * <p>The reaper runs the provider from copies of its jars, with the instance's recorded settings, no configuration file and at
 * most 96 MiB. So nothing may depend on objects, threads or files of the process that created the machine.
 *
 * <h3 id="refs">Refs and records</h3>
 *
 * <p>A {@link dev.allocator.spi.MachineRef} is written to disk before {@code create} is called, and is all that is left after
 * a crash. So {@code plan} derives every name from the {@link dev.allocator.spi.MachineSpec#id() machine's id}: the same in every
 * process, of no other machine ever. What can only be learnt while creating (an id that a cloud gives) is added by
 * {@link dev.allocator.spi.CreateContext#record}: <em>before</em> the thing comes to be where that is possible, else the thing carries the
 * machine's id as a tag, so that {@code destroy} finds it without. Additions never change what was planned. A ref
 * is at most 4 KiB as JSON and holds no secret.
 *
 * <h3 id="idempotence">Idempotence</h3>
 *
 * <p>{@code create} with a plan whose machine exists returns that machine: same address, same ref, same log-in. {@code destroy} of what is
 * gone, half made or was never made succeeds. Both may run at once, also in two processes: once {@code destroy} has
 * returned, nothing of the machine may appear any more. For processes a {@linkplain dev.allocator.spi.ProcessSpec#recorded
 * barrier file} does that: {@code destroy} creates the file, then kills what runs; whatever starts later sees the file and does not.
 * For remote things: mark the name as over, or look again until nothing shows up.
 *
 * <p>Gone is success, and <em>unknown is an exception</em>. A provider that cannot reach its host says so; one that takes an
 * error for "not found" leaks machines, as their records are forgotten then.
 *
 * <h3 id="tags">Tags and LIST</h3>
 *
 * <p>Whatever exists outside carries {@linkplain dev.allocator.spi.MachineTags realm, machine id, owner and expiry} from its
 * first moment on, as it is then found even if the process was killed in the next one. {@link dev.allocator.spi.Processes} tags
 * processes with realm and machine by itself. {@code list} returns machines of <em>all</em> realms, so that a person may clean up after
 * another state directory; of the own realm those of the own instance. The engine destroys only what is of its own realm and has
 * no record, or a dead one. A provider that cannot list leaves it out of {@link dev.allocator.spi.Provider#capabilities()}.
 *
 * <h3 id="capabilities">Capabilities</h3>
 *
 * <p>Declared, never tried: with {@link dev.allocator.spi.Capability#BOOTSTRAP} the engine's key and host key are planted by the
 * provider, and profiles need no {@code login}; with {@link dev.allocator.spi.Capability#LOGIN} the machine comes with a log-in;
 * without either, profiles name one that the image accepts. {@code EXEC} makes setup possible before SSH works. A small set that is kept
 * is better than a large one that is not.
 *
 * <h3 id="time">Time</h3>
 *
 * <ul>
 *   <li>{@code open}, {@code plan}: fast; {@code plan} may look, and must not make.
 *   <li>{@code create}: until {@link dev.allocator.spi.CreateContext#deadline()}; it returns once the machine is started and does not wait
 *       for its guest. {@link dev.allocator.spi.Machine#awake()} tells when connecting makes sense,
 *       {@link dev.allocator.spi.Machine#located()} an address that is learnt later, {@link dev.allocator.spi.Machine#death()}
 *       that it died, so that nobody waits in vain.
 *   <li>{@code destroy}: as long as it takes within reason (some seconds); a failure is tried again, later and later.
 *   <li>An interrupt ends {@code create} at once; {@code destroy} follows.
 *   <li>{@code diagnose}, {@code attributes}, {@code saveLogs}: seconds.
 * </ul>
 *
 * <p>Threads of a provider are daemons and end with {@code close}.
 *
 * <h3 id="errors">Errors</h3>
 *
 * <p>A {@link dev.allocator.spi.ProviderException} is one sentence for the person at the keyboard: what was tried, what went wrong, where, what to
 * do. Its kind decides what the engine does: {@code FINAL} fails the allocation, {@code RETRYABLE} may be tried again,
 * {@code NO_CAPACITY} says that there is no room now. {@code diagnose} says beforehand what {@code plan} would refuse. Providers whose hosts have
 * room for some machines only name {@linkplain dev.allocator.spi.Place places}; the engine keeps the accounts.
 *
 * <h3 id="secrets">Secrets</h3>
 *
 * <p>Settings of kind {@link dev.allocator.spi.SettingsSchema.Kind#SECRET} come as {@link dev.allocator.Secret}s. They are never in arguments (which
 * all users can read), refs, descriptions, messages, logs or progress. Where a tool needs one, it goes by standard input or by a file in the
 * machine's {@linkplain dev.allocator.spi.ProviderContext#directory folder}, which only the user can open.
 *
 * <h3 id="processes">Processes</h3>
 *
 * <p>{@link dev.allocator.spi.ProviderContext#processes()} starts all of them: in a session of their own, so that Ctrl-C does not
 * reach them; with output to files, so that nobody's pipe stays open; tagged and recorded before they run. {@code tagged} finds
 * them again in any process, by the machine's id.
 *
 * <h3 id="testing">Testing</h3>
 *
 * <p>{@code ProviderContract.V1} of {@code allocator-testkit} checks all of this on real machines: crashes by {@code kill -9}, interrupts and
 * destruction at many moments, secrets in arguments and files, two processes at once. Who passes it leaks nothing, as far as tests can tell.
 * Hooks that are not overridden make promises be skipped with a reason.
 */
@NullMarked
package dev.allocator.spi;

import org.jspecify.annotations.NullMarked;
