package dev.allocator.lxd;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.Credentials;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Secret;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The LXD that tests use, which {@code .ci/test} starts, and a project in it for one test class: all that is in the
 * project goes when this is closed. Looks at LXD with none of the code under test. Thread-safe.
 */
public final class LxdHost implements AutoCloseable {

    /** An image with an SSH server, where one can log in as {@code debian} with the password {@code debian}. */
    public static final String IMAGE = "debian-12";

    /** The same with cloud-init and without anybody who can log in. */
    public static final String CLOUD_IMAGE = "debian-12-cloud";

    /** Who can log in to {@link #IMAGE}. */
    public static final Credentials LOGIN = Credentials.password("debian", Secret.of("debian"));

    /** How the names of the projects begin; the id of their process follows. */
    private static final String PROJECTS = "alloc-test-";

    private static final String PROFILES = "-profiles";

    private final Path socket;
    private final RawLxd lxd;
    private final String project;

    private LxdHost(Path socket, String project) {
        this.socket = socket;
        this.lxd = new RawLxd(socket);
        this.project = project;
    }

    /** An LXD with {@link #IMAGE}; where there is none, the test is skipped, or fails if it must not be. */
    public static LxdHost require() {
        return require(IMAGE);
    }

    /** An LXD with a certain image; where there is none, the test is skipped, or fails if it must not be. */
    public static LxdHost require(String image) {
        Optional<Path> found =
                candidates().filter(socket -> new RawLxd(socket).answers()).findFirst();
        if (found.isEmpty()) {
            throw missing("no LXD answers; .ci/start-lxd starts one, as root");
        }
        if (new RawLxd(found.get()).get("/1.0/images/aliases/" + image).isMissingNode()) {
            throw missing("LXD has no image " + image + "; examples/images/make-lxd-image.sh makes it, as root");
        }
        return at(found.get());
    }

    /** The file that {@link #IMAGE} was made from, all in one; where there is none, as {@link #require()}. */
    public static Path imageFile() {
        Path file = Path.of(System.getProperty("images", "")).resolve(IMAGE + "-lxd.tar");
        if (!Files.isReadable(file)) {
            throw missing("no image " + file + "; examples/images/make-lxd-image.sh makes it, as root");
        }
        return file;
    }

    /** Another daemon, which answers. */
    public static LxdHost at(Path socket) {
        RawLxd lxd = new RawLxd(socket);
        forgetDead(lxd);
        String project = PROJECTS + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        lxd.send("POST", "/1.0/projects", """
                {"name": "%s", "config": {"features.images": "false", "features.profiles": "false"}}""".formatted(project));
        return new LxdHost(socket, project);
    }

    private static AssertionError missing(String reason) {
        if ("required".equals(System.getProperty("e2e"))) {
            return fail(reason);
        }
        System.err.println("skipped: " + reason);
        return abort(reason);
    }

    private static Stream<Path> candidates() {
        String given = System.getProperty("lxd.socket", "");
        if (!given.isEmpty()) {
            return Stream.of(Path.of(given));
        }
        List<String> candidates = new ArrayList<>();
        Optional.ofNullable(System.getenv("LXD_SOCKET")).ifPresent(candidates::add);
        Optional.ofNullable(System.getenv("LXD_DIR")).ifPresent(folder -> candidates.add(folder + "/unix.socket"));
        candidates.add("/var/snap/lxd/common/lxd/unix.socket");
        candidates.add("/var/lib/lxd/unix.socket");
        return candidates.stream().map(Path::of).filter(Files::exists);
    }

    /** Where its REST API is. */
    public Path socket() {
        return socket;
    }

    /** The project for this test class. */
    public String project() {
        return project;
    }

    /** What a provider instance needs to know in order to use it. */
    public Map<String, Object> settings() {
        return Map.of("socket", socket.toString(), "project", project);
    }

    /** A container of {@link #IMAGE}, quick to start. */
    public Profile.Builder container(String name) {
        return Profile.named(name, "lxd").image(IMAGE).setting("vm", false);
    }

    /** The metadata of a path, such as {@code /1.0/networks}; a missing node if there is no such thing. */
    public JsonNode get(String path) {
        return lxd.get(path);
    }

    /** Sends a request and waits until it is done; fails if LXD does not do it. */
    public JsonNode send(String method, String path, String body) {
        return lxd.send(method, path, body);
    }

    /** The names of the project's instances. */
    public List<String> instances() {
        return all().map(instance -> instance.path("name").asText()).toList();
    }

    /** The instance that is tagged with a machine, if there is one. */
    public Optional<JsonNode> outside(MachineId machine) {
        return all().filter(instance ->
                        instance.at("/config/user.allocator.machine").asText().equals(machine.value()))
                .findFirst();
    }

    private Stream<JsonNode> all() {
        List<JsonNode> all = new ArrayList<>();
        lxd.get("/1.0/instances?recursion=1&project=" + project).forEach(all::add);
        return all.stream();
    }

    /** Whether there is an instance of this name. */
    public boolean has(String instance) {
        return instances().contains(instance);
    }

    /** Starts a container that is none of Allocator's business. */
    public void launchUntagged(String name) {
        send("POST", "/1.0/instances?project=" + project, """
                {"name": "%s", "type": "container", "source": {"type": "image", "alias": "%s"}}""".formatted(name, IMAGE));
        send("PUT", "/1.0/instances/" + name + "/state?project=" + project, """
                {"action": "start", "timeout": 30}""");
    }

    /** Deletes an instance behind everybody's back. */
    public void delete(String name) {
        delete(lxd, project, name);
    }

    static void delete(RawLxd lxd, String project, String name) {
        String path = "/1.0/instances/" + name;
        // Of an ephemeral instance stopping is the end, and it may end by itself at any time: no answer is of interest.
        JsonNode stop = lxd.request("PUT", path + "/state?project=" + project, """
                {"action": "stop", "force": true, "timeout": 30}""");
        lxd.request("GET", stop.path("operation").asText("/1.0") + "/wait?timeout=60", null);
        JsonNode delete = lxd.request("DELETE", path + "?project=" + project, null);
        lxd.request("GET", delete.path("operation").asText("/1.0") + "/wait?timeout=60", null);
    }

    /** Deletes an image that LXD downloaded, if it has. */
    public void forgetImage(String fingerprint) {
        if (!get("/1.0/images/" + fingerprint).isMissingNode()) {
            send("DELETE", "/1.0/images/" + fingerprint, null);
        }
    }

    /** Makes another project, which shares no profiles with any other, for as long as this is open. */
    public String profiles() {
        send("POST", "/1.0/projects", """
                {"name": "%s", "config": {"features.images": "false", "features.profiles": "true"}}""".formatted(project + PROFILES));
        return project + PROFILES;
    }

    /** Deletes the project with all that is in it. */
    @Override
    public void close() {
        delete(lxd, project);
        if (!get("/1.0/projects/" + project + PROFILES).isMissingNode()) {
            delete(lxd, project + PROFILES);
        }
    }

    private static void delete(RawLxd lxd, String project) {
        lxd.get("/1.0/instances?recursion=1&project=" + project)
                .forEach(instance -> delete(lxd, project, instance.path("name").asText()));
        if (lxd.get("/1.0/projects/" + project).at("/config/features.profiles").asBoolean()) {
            for (JsonNode profile : lxd.get("/1.0/profiles?recursion=1&project=" + project)) {
                String name = profile.path("name").asText();
                if (!name.equals("default")) {
                    lxd.send("DELETE", "/1.0/profiles/" + name + "?project=" + project, null);
                }
            }
        }
        lxd.send("DELETE", "/1.0/projects/" + project, null);
    }

    /** What test runs left that were killed. */
    private static synchronized void forgetDead(RawLxd lxd) {
        for (JsonNode url : lxd.get("/1.0/projects")) {
            String name = new File(url.asText()).getName();
            if (name.startsWith(PROJECTS)
                    && ProcessHandle.of(Long.parseLong(name.split("-")[2])).isEmpty()) {
                delete(lxd, name);
            }
        }
    }
}
