package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.Place;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionTest {

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void twoServersAndADevice() {
        lab = new Lab(folder)
                .host(
                        "tower",
                        "labels",
                        Map.of("vendor", "nvidia", "room", "1"),
                        "cpu",
                        12,
                        "memory",
                        "32GiB",
                        "gpus",
                        List.of("GeForce RTX 208", "GeForce RTX 208"))
                .host(
                        "box",
                        "labels",
                        Map.of("vendor", "nvidia", "room", "2"),
                        "cpu",
                        12,
                        "memory",
                        "64GiB",
                        "gpus",
                        "GeForce RTX 208")
                .host("nuc", "labels", Map.of("vendor", "intel"), "cpu", 8, "memory", "16GiB", "slots", 4);
    }

    @Test
    void aDedicatedGpuIsAskedForByItsNameInAnyCase() throws Exception {
        MachinePlan plan =
                lab.plan(Lab.profile().setting("gpus", "geforce rtx-208").build());

        assertThat(places(plan)).containsExactly("box", "tower");
        assertThat(plan.claims()).containsOnly(Map.entry("SLOT", 1L), Map.entry("GPU_GEFORCE_RTX_208", 1L));
        assertThat(plan.places().get(1).capacity())
                .containsOnly(
                        Map.entry("SLOT", 1L),
                        Map.entry("VCPU", 12L),
                        Map.entry("MEMORY_MB", 32768L),
                        Map.entry("GPU_GEFORCE_RTX_208", 2L));
    }

    @Test
    void aGpuNamedTwiceIsTwoGpus() throws Exception {
        MachinePlan plan = lab.plan(Lab.profile()
                .setting("gpus", List.of("GeForce RTX 208", "GEFORCE RTX 208"))
                .build());

        assertThat(places(plan)).containsExactly("tower");
        assertThat(plan.claims()).containsEntry("GPU_GEFORCE_RTX_208", 2L);
    }

    @Test
    void whoDoesNotCareGetsWhatIsLeastWorth() throws Exception {
        assertThat(places(lab.plan(Lab.profile().build()))).containsExactly("nuc", "box", "tower");
        assertThat(places(lab.plan(Lab.profile()
                        .cpu(10)
                        .memory(DataSize.ofGibibytes(20))
                        .setting("gpus", "GeForce RTX 208")
                        .label("vendor", "nvidia")
                        .build())))
                .containsExactly("box", "tower");
    }

    @Test
    void allLabelsMustBeThereWithTheSameValue() throws Exception {
        assertThat(places(lab.plan(Lab.profile()
                        .label("vendor", "nvidia")
                        .label("room", "1")
                        .build())))
                .containsExactly("tower");
    }

    @Test
    void whatIsAskedIsClaimed() throws Exception {
        MachinePlan plan = lab.plan(Lab.profile()
                .cpu(2)
                .memory(new DataSize((3L << 30) + 1))
                .label("vendor", "intel")
                .build());

        assertThat(plan.claims())
                .containsOnly(Map.entry("SLOT", 1L), Map.entry("VCPU", 2L), Map.entry("MEMORY_MB", 3073L));
        assertThat(plan.places())
                .extracting(place -> place.capacity().get("SLOT"))
                .containsExactly(4L);
        assertThat(plan.description()).isEqualTo("the host 'nuc'");
    }

    @Test
    void whereNothingFitsTheSentenceSaysWhatWasAskedAndWhatThereIs() {
        refused(
                Lab.profile()
                        .cpu(16)
                        .memory(DataSize.ofGibibytes(48))
                        .label("vendor", "nvidia")
                        .setting("gpus", List.of("GeForce RTX 208", "GeForce RTX 208"))
                        .build(),
                Kind.FINAL,
                "no host of provider 'lab' has what profile 'job' asks for (label 'vendor: nvidia', 16 CPUs, 48GiB of"
                        + " memory, 2 GPUs 'GeForce RTX 208'): 'box' has 12 CPUs and has only the GPU 'GeForce RTX 208';"
                        + " 'tower' has 12 CPUs and has 32GiB of memory; 'nuc' has label 'vendor: intel' and has 8 CPUs"
                        + " and has 16GiB of memory and has no GPU");
    }

    @Test
    void aQuantityThatAHostDoesNotTellIsNotThere() {
        lab = new Lab(folder).host("mute");

        refused(
                Lab.profile().cpu(1).memory(DataSize.ofMebibytes(1)).build(),
                Kind.FINAL,
                "'mute' does not say how many CPUs it has and does not say how much memory it has");
    }

    @Test
    void noHostAtAll() {
        lab = new Lab(folder);
        refused(Lab.profile().build(), Kind.FINAL, "provider 'lab' has no hosts: name them under 'hosts'");
    }

    @Test
    void withoutLoginSomebodyHasToSayHowToLogIn() throws Exception {
        lab = new Lab(folder).bareHost("open", "address", "open.lab.invalid");

        refused(Lab.profile().build(), Kind.FINAL, "'open' has neither password nor key, and the profile no login");
        assertThat(places(lab.plan(Lab.profile()
                        .login(Credentials.password("root", Secret.of("x")))
                        .build())))
                .containsExactly("open");
        assertThat(places(lab.plan(Lab.profile().readiness(Readiness.none()).build())))
                .containsExactly("open");
    }

    @Test
    void hostsAreAsTheyAre() {
        refused(
                Lab.profile()
                        .image("debian-12")
                        .disk(DataSize.ofGibibytes(9))
                        .network("lan")
                        .build(),
                Kind.FINAL,
                "profile 'job' cannot choose 'image', 'disk', 'network'");
    }

    @Test
    void aDrainedHostGetsNobody() throws Exception {
        lab.host("box", "labels", Map.of("vendor", "nvidia"), "gpus", "GeForce RTX 208", "drain", "new\npower supply");
        Profile gpu = Lab.profile().setting("gpus", "GeForce RTX 208").build();
        assertThat(places(lab.plan(gpu))).containsExactly("tower");

        lab.host("tower", "gpus", "GeForce RTX 208", "drain", "moved to room 7");
        refused(
                gpu,
                Kind.NO_CAPACITY,
                "no host that profile 'job' may have gets new users: 'tower' is being drained (moved to room 7);"
                        + " 'box' is being drained (new; power supply)");
    }

    private void refused(Profile profile, Kind kind, String message) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> lab.plan(profile))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    private static List<String> places(MachinePlan plan) {
        return plan.places().stream().map(Place::name).toList();
    }
}
