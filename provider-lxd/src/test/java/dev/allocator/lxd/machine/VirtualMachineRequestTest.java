package dev.allocator.lxd.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.DataSize;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.core.ssh.GeneratedKey;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.lxd.LxdHost;
import dev.allocator.lxd.LxdProviderFactory;
import dev.allocator.lxd.RawLxd;
import dev.allocator.lxd.image.Images;
import dev.allocator.lxd.image.Remotes;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineSpec;
import dev.allocator.testkit.ProviderBench;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The requests that make a virtual machine, before a real LXD, which may be one that cannot run any. Such a one looks at
 * the configuration and the devices of an instance only after it has refused the kind; but it looks at those of its
 * profiles in the same way (LXD's {@code instance.ValidConfig} and {@code ValidDevices}), for any kind.
 */
class VirtualMachineRequestTest {

    private static final Deadline DEADLINE = Deadline.in(Duration.ofMinutes(1));

    private LxdHost host;
    private RawLxd lxd;
    private String profiles;
    private ObjectNode request;

    @TempDir
    Path folder;

    /** All that a profile of ours can ask for, planned and put into a request by the code under test. */
    @BeforeEach
    void ask() throws Exception {
        host = LxdHost.require();
        lxd = new RawLxd(host.socket());
        profiles = host.profiles();
        Profile profile = Profile.named("noble", "lxd")
                .image("ubuntu:24.04")
                .cpu(2)
                .memory(DataSize.parse("2GiB"))
                .disk(DataSize.parse("10GiB"))
                .setting("secure-boot", true)
                .setting("user-data", "#cloud-config\npackages: [curl]\n")
                .setting("config", Map.of("limits.memory.hugepages", "false"))
                .setting("devices", Map.of("random", Map.of("type", "unix-char", "path", "/dev/random")))
                .build();
        try (LxdClient client = LxdClient.at(host.socket());
                ProviderBench bench = ProviderBench.of(new LxdProviderFactory(), profile, folder)
                        .settings(host.settings())
                        .open()) {
            LxdClient able = ableToRunAll(client);
            Planner planner = new Planner(
                    "lxd",
                    new Instances(new Lxds(socket -> able), host.socket(), host.project()),
                    new Images(able, Remotes.with(Map.of(), bench.spec().location())));
            MachineSpec spec = bench.spec(MachineId.random(), true);
            GeneratedKey user = SshKeys.generate("root");
            GeneratedKey server = SshKeys.generate("host");
            request = InstanceRequest.of(
                    planner.blueprint(spec, DEADLINE),
                    spec,
                    Optional.of(new Bootstrap(user.authorizedKey(), server.privateKey(), server.publicKey())));
        }
        // An empty disk, as a download is nobody's business here.
        request.set("source", JsonNodeFactory.instance.objectNode().put("type", "none"));
    }

    @AfterEach
    void forget() {
        if (host != null) {
            host.close();
        }
    }

    /** The real client, whose LXD says that it can run virtual machines: only so does a plan of one come about. */
    private static LxdClient ableToRunAll(LxdClient client) {
        return (LxdClient) Proxy.newProxyInstance(
                LxdClient.class.getClassLoader(), new Class<?>[] {LxdClient.class}, (self, method, arguments) -> {
                    try {
                        Object answer = method.invoke(client, arguments);
                        if (method.getName().equals("get") && arguments[0].equals("/1.0")) {
                            ((ObjectNode) ((JsonNode) answer).path("environment")).put("driver", "lxc | qemu");
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void asksForAllThatWasAsked() {
        assertThat(request.path("type").asText()).isEqualTo("virtual-machine");
        assertThat(request.path("ephemeral").asBoolean()).isTrue();
        assertThat(request.at("/profiles/0").asText()).isEqualTo("default");
        assertThat(keysOf(request.path("config")))
                .contains(
                        "limits.cpu",
                        "limits.memory",
                        "limits.memory.hugepages",
                        "security.secureboot",
                        "cloud-init.user-data",
                        "cloud-init.vendor-data",
                        "user.allocator.machine");
        assertThat(request.at("/config/security.secureboot").asText()).isEqualTo("true");
        assertThat(request.at("/devices/root/size").asText()).isEqualTo("10GiB");
        assertThat(request.at("/devices/cloud-init/source").asText()).isEqualTo("cloud-init:config");
        assertThat(keysOf(request.path("devices"))).contains("random");
    }

    /** One that can make it keeps all of it; one that cannot takes the request and says only that. */
    @Test
    void isMadeOrRefusedForItsKindAlone() {
        JsonNode answer = lxd.request("POST", "/1.0/instances?project=" + host.project(), request.toString());
        assertThat(answer.path("type").asText()).as("%s", answer).isEqualTo("async");
        JsonNode end = host.get(answer.path("operation").asText() + "/wait?timeout=60");
        if (canRunVirtualMachines()) {
            assertThat(end.path("err").asText()).isEmpty();
            JsonNode made = host.get("/1.0/instances/" + request.path("name").asText() + "?project=" + host.project());
            assertThat(made.path("type")).isEqualTo(request.path("type"));
            assertThat(made.path("ephemeral")).isEqualTo(request.path("ephemeral"));
            assertThat(made.path("devices")).isEqualTo(request.path("devices"));
            request.path("config")
                    .properties()
                    .forEach(key -> assertThat(made.path("config").path(key.getKey()))
                            .as(key.getKey())
                            .isEqualTo(key.getValue()));
        } else {
            assertThat(end.path("err").asText()).contains("Instance type \"virtual-machine\" is not supported");
        }
    }

    /** What LXD looks at before it looks whether it can. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/type; virtual machine; Invalid instance type",
                "/profiles; nope; Requested profile",
                "/architecture; pdp11; Architecture isn't supported",
                "/name; a_b; Invalid instance name",
            })
    void isReadByLxd(String where, String wrong, String complaint) {
        if (where.equals("/profiles")) {
            request.putArray("profiles").add(wrong);
        } else {
            request.put(where.substring(1), wrong);
        }
        JsonNode answer = lxd.request("POST", "/1.0/instances?project=" + host.project(), request.toString());
        assertThat(answer.path("error").asText()).contains(complaint);
    }

    @Test
    void hasAConfigurationAndDevicesThatLxdTakes() {
        host.send("POST", "/1.0/profiles?project=" + profiles, asProfile());

        JsonNode kept = host.get("/1.0/profiles/request?project=" + profiles);
        assertThat(kept.path("config")).isEqualTo(request.path("config"));
        assertThat(kept.path("devices")).isEqualTo(request.path("devices"));
    }

    /** LXD really looks at them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/config/limits.cpu; two; Invalid CPU limit",
                "/config/limits.memory; two; Invalid value",
                "/config/security.secureboot; perhaps; Invalid value for a boolean",
                "/config/limits.memory.hugepages; perhaps; Invalid value for a boolean",
                "/config/cloud-init.user-data; '#cloud-config\n{\"packages'; yaml",
                "/config/cloud-init.vendor-data; '#cloud-config\n{\"users'; yaml",
                "/config/limits.disk; 1GiB; Unknown configuration key",
                "/devices/root/size; ten; Invalid value",
                "/devices/cloud-init/source; cloud-init:data; Source path must be absolute",
                "/devices/cloud-init/drive; yes; Invalid device option",
                "/devices/random/type; unix-random; Unsupported device type",
            })
    void oneWrongWordIsFound(String where, String wrong, String complaint) {
        int last = where.lastIndexOf('/');
        ((ObjectNode) request.at(where.substring(0, last))).put(where.substring(last + 1), wrong);

        JsonNode answer = lxd.request("POST", "/1.0/profiles?project=" + profiles, asProfile());
        assertThat(answer.path("error").asText()).containsIgnoringCase(complaint);
    }

    /** LXD lets a container have that drive too. */
    @Test
    void theDriveCanBeTakenAwayAgain() {
        String path = "/1.0/instances/driven?project=" + host.project();
        host.send("POST", "/1.0/instances?project=" + host.project(), """
                {"name": "driven", "type": "container", "source": {"type": "none"}, "devices": %s}""".formatted(request.path("devices")));

        host.send("PATCH", path, InstanceRequest.withoutDrive().toString());

        JsonNode devices = host.get(path).path("devices");
        assertThat(devices.at("/cloud-init/type").asText()).isEqualTo("none");
        assertThat(devices.path("root")).isEqualTo(request.at("/devices/root"));
        assertThat(devices.path("random")).isEqualTo(request.at("/devices/random"));
    }

    private String asProfile() {
        ObjectNode profile = JsonNodeFactory.instance.objectNode().put("name", "request");
        profile.set("config", request.path("config"));
        profile.set("devices", request.path("devices"));
        return profile.toString();
    }

    private boolean canRunVirtualMachines() {
        return host.get("/1.0").at("/environment/driver").asText().contains("qemu");
    }

    private static List<String> keysOf(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
