package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The instances of one project of one LXD, and the operations under way on them (LXD's doc/rest-api.md). */
public final class Instances {

    private final Lxds lxds;
    private final Path socket;
    private final String project;

    /**
     * At a socket.
     *
     * @param lxds all that there are
     * @param socket where this one listens
     * @param project the project's name
     */
    public Instances(Lxds lxds, Path socket, String project) {
        this.lxds = lxds;
        this.socket = socket.toAbsolutePath().normalize();
        this.project = project;
    }

    /** Those in another project, and of the LXD at another socket. */
    Instances elsewhere(Path otherSocket, String otherProject) {
        return new Instances(lxds, otherSocket, otherProject);
    }

    LxdClient client() {
        return lxds.at(socket);
    }

    /** Where LXD listens; absolute. */
    Path socket() {
        return socket;
    }

    String project() {
        return project;
    }

    /** The query that names the project. */
    String query() {
        return query(project);
    }

    static String query(String project) {
        return "?project=" + encode(project);
    }

    String path(String name) {
        return path(name, "");
    }

    /** The path of something of an instance, such as {@code /state}. */
    String path(String name, String below) {
        return "/1.0/instances/" + encode(name) + below + query();
    }

    Optional<JsonNode> find(String name, Deadline deadline) throws LxdException, InterruptedException {
        return get(client(), path(name), deadline);
    }

    /** All, each with its configuration; none if there is no such project. */
    List<JsonNode> all(Deadline deadline) throws LxdException, InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        client().get("/1.0/instances" + query() + "&recursion=1", deadline).forEach(all::add);
        return all;
    }

    /**
     * An operation that is under way on an instance. That of its creation is there before the instance, which LXD may
     * have to download an image for first.
     */
    Optional<JsonNode> operation(String name, Deadline deadline) throws LxdException, InterruptedException {
        Optional<JsonNode> known = get(client(), "/1.0/operations" + query() + "&recursion=1", deadline);
        String path = "/1.0/instances/" + name;
        for (String state : List.of("running", "pending")) {
            for (JsonNode operation : known.map(all -> all.path(state)).orElse(MissingNode.getInstance())) {
                for (JsonNode resource : operation.path("resources").path("instances")) {
                    String text = resource.asText();
                    if (text.equals(path) || text.startsWith(path + "?")) {
                        return Optional.of(operation);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What a path has, if there is such a thing. */
    static Optional<JsonNode> get(LxdClient client, String path, Deadline deadline)
            throws LxdException, InterruptedException {
        try {
            return Optional.of(client.get(path, deadline));
        } catch (LxdException e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Names the project whose profiles and networks new instances will have: the default one, if it is to be made. */
    public static String queryForNow(LxdClient client, String project, Deadline deadline)
            throws LxdException, InterruptedException {
        return query(get(client, "/1.0/projects/" + encode(project), deadline).isPresent() ? project : "default");
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
