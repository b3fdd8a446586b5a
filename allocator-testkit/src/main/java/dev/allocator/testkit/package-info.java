/**
 * For people who write providers of machines and stores of records, and for tests of programs that allocate machines.
 *
 * <h2>From nothing to a provider that passes its contract</h2>
 *
 * <p>A provider implements {@link dev.allocator.spi.ProviderFactory} and {@link dev.allocator.spi.Provider}, compiled
 * against {@code allocator-api}. {@link dev.allocator.testkit.ProviderContract.V1} are the tests that say whether it
 * keeps what the SPI promises. They need JUnit Jupiter 5.14 or newer, all of one version (import {@code junit-bom}), with
 * {@code allocator-testkit} at scope {@code test}; {@code examples/third-party-provider} is such a project, with a guide:
 *
 * <pre>{@code
 * class CloudProviderContractTest extends ProviderContract.V1 {
 *
 *     protected ProviderFactory factory() {                          // asked for each provider that is opened
 *         return new CloudProviderFactory();
 *     }
 *
 *     protected Map<String, Object> settings() {                     // providers: {cloud: {type: cloud, region: eu}}
 *         return Map.of("region", "eu", "token", System.getenv("CLOUD_TOKEN"));
 *     }
 *
 *     protected Profile profile() {                                  // the cheapest machine; nobody logs in to it
 *         return Profile.named("cheap", "cloud").image("empty").readiness(Readiness.none()).build();
 *     }
 *
 *     // From here on, each method lets more promises be checked. Without it they are aborted, and say so.
 *
 *     protected Optional<Profile> loginProfile() {                   // one that the engine can log in to
 *         return Optional.of(Profile.named("login", "cloud").image("debian-12").build());
 *     }
 *
 *     protected Optional<Profile> impossibleProfile() {
 *         return Optional.of(Profile.named("none", "cloud").image("no such image").build());
 *     }
 *
 *     protected Optional<List<String>> outside(MachineId machine) {  // what is there, by other means than the provider's
 *         return Optional.of(console.instancesTagged(machine.value()));
 *     }
 * }
 * }</pre>
 *
 * <p>A failure reads like this, with the sentence of the SPI that was broken:
 *
 * <pre>
 * A machine was destroyed 200 ms after its creation began. [something of the machine exists after it was destroyed —
 * the SPI says in Provider: "works while create of the same machine is under way in any process: afterwards nothing of
 * the machine may appear any more"] Expecting empty but was: ["instance i-0815, running"]
 * </pre>
 *
 * <p>{@link dev.allocator.testkit.ProviderBench} opens a provider in the same way for the author's own tests.
 * {@link dev.allocator.testkit.StoreContract.V1} does the same for stores.
 *
 * <h2>Machines without machines</h2>
 *
 * <p>{@link dev.allocator.testkit.InProcessProviderFactory Machines} that are nothing but an
 * {@linkplain dev.allocator.testkit.InProcessSshServer SSH server} inside this JVM, ready in milliseconds and faulty on
 * demand, for tests of programs that allocate.
 *
 * <h2>Time without waiting</h2>
 *
 * <p>A {@link dev.allocator.testkit.FakeClock} for {@link dev.allocator.AllocatorOptions.Builder#clock}, and a
 * {@link dev.allocator.testkit.FakeTaskRunner} that runs what is scheduled when that clock is advanced.
 */
@NullMarked
package dev.allocator.testkit;

import org.jspecify.annotations.NullMarked;
