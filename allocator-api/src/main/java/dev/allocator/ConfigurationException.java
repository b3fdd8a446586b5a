package dev.allocator;

import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The configuration is wrong; says everything that is, at once. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class ConfigurationException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * With each problem.
     *
     * @param problems at least one, each {@code file:line:column: what}
     */
    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each problem, {@code file:line:column: what}. The message has one a line. */
    public List<String> problems() {
        return problems;
    }
}
