package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.DataSize;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More drives, and arguments of the user's own. */
class DrivesTest {

    @TempDir
    Path folder;

    private TestContext context;
    private Path tools;

    @BeforeEach
    void stage() throws Exception {
        context = new TestContext(folder);
        Fixtures.haltingDisk(folder.resolve("tiny.img"));
        tools = Files.write(folder.resolve("to, ols.img"), new byte[1 << 20]);
    }

    private MachineSpec spec(Map<String, Object> settings) {
        return Fixtures.spec(context, Fixtures.profile("./tiny.img").build(), settings);
    }

    private void refused(Map<String, Object> drive, String message) {
        assertThatThrownBy(() -> Drive.of(spec(Map.of("drives", Map.of("data", drive))), context))
                .isInstanceOf(ProviderException.class)
                .hasMessage("allocator.yaml:3:5: drive 'data'" + message);
    }

    @Test
    void refusesWhatCannotBe() {
        refused(Map.of(), " needs a 'size', or a 'file'");
        refused(
                Map.of("size", DataSize.ofMebibytes(1), "read-only", true),
                " is empty and read-only: leave out 'read-only', or add a 'file'");
        refused(Map.of("file", "none.img"), ": there is no file " + folder.resolve("none.img") + " that can be read");
        refused(
                Map.of("file", "to, ols.img", "size", new DataSize(512)),
                ": its size 512B does not fit to " + tools + ", which has 1MiB");
        assertThatThrownBy(() -> Drive.of(
                        spec(Map.of("drives", Map.of("a,b", Map.of("size", DataSize.ofMebibytes(1))))), context))
                .hasMessageContaining("drive 'a,b': its name must be up to 20 letters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-daemonize", "--daemonize", "-qmp", "-uuid", "-S"})
    void refusesArgumentsThatWouldLoseTheMachine(String argument) {
        assertThatThrownBy(() -> ExtraArguments.of(spec(Map.of("qemu-args", List.of("-nodefaults", argument, "x")))))
                .isInstanceOf(ProviderException.class)
                .hasMessage("allocator.yaml:3:5: qemu-args: " + argument
                        + " is not possible, as the provider has to start, know and end QEMU itself");
    }

    /** A QEMU that starts has understood all of it. */
    @Test
    void areMadeForTheMachineAndDeletedWithIt() throws Exception {
        Fixtures.requireQemu();
        MachineSpec spec = spec(Map.of(
                "accel",
                "tcg",
                "drives",
                Map.of(
                        "data", Map.of("size", DataSize.ofGibibytes(2)),
                        "copy", Map.of("file", "to, ols.img"),
                        "tools", Map.of("file", "to, ols.img", "format", "raw", "read-only", true)),
                "qemu-args",
                List.of("-device", "virtio-balloon-pci")));
        try (Provider provider = new QemuProviderFactory().open(context)) {
            Machine machine = provider.create(provider.plan(spec), TestCreate.within(Duration.ofSeconds(60)));
            Path machineFolder = context.directoryPath(spec.id());
            long pid = Long.parseLong(machine.attributes().get("pid"));
            assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")))
                    .contains("serial=data", "serial=copy", "serial=tools", "virtio-balloon-pci");
            assertThat(DiskImage.inspect(machineFolder.resolve("drive-data.qcow2"))
                            .size())
                    .isEqualTo(2L << 30);
            assertThat(machineFolder.resolve("drive-copy.qcow2")).exists();
            assertThat(machineFolder.resolve("drive-tools.qcow2")).doesNotExist();

            provider.destroy(machine.ref());

            assertThat(machineFolder.resolve("drive-data.qcow2")).doesNotExist();
            assertThat(machineFolder.resolve("drive-copy.qcow2")).doesNotExist();
        }
        assertThat(tools).hasBinaryContent(new byte[1 << 20]);
    }
}
