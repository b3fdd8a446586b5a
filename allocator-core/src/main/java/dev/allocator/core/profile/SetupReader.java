package dev.allocator.core.profile;

import dev.allocator.SetupStep;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.SettingsSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code setup}: one script or a list, each a text, {@code {name, run}} or {@code {use: a name under the top-level
 * setup}}.
 */
final class SetupReader {

    static final SettingsSchema STEP = SettingsSchema.empty()
            .optional("name", SettingsSchema.Kind.STRING, "what messages call the step")
            .optional("run", SettingsSchema.Kind.STRING, "the script")
            .optional("use", SettingsSchema.Kind.STRING, "a name under the top-level 'setup'");

    /** A script and the name that it may have been given. */
    private record Script(Optional<String> name, String text) {}

    private final Map<String, Definition> named;
    private final Problems problems;

    SetupReader(Map<String, Definition> named, Problems problems) {
        this.named = named;
        this.problems = problems;
    }

    /** Checks what the top level defines, used or not. */
    void checkNamed() {
        named.values().forEach(definition -> scripts(definition.node(), false));
    }

    List<SetupStep> read(ConfigNode setup) {
        List<SetupStep> steps = new ArrayList<>();
        for (Script script : scripts(setup, true)) {
            steps.add(new SetupStep(script.name().orElse("step " + (steps.size() + 1)), script.text()));
        }
        return List.copyOf(steps);
    }

    private List<Script> scripts(ConfigNode setup, boolean useAllowed) {
        if (setup.isNull()) {
            return List.of();
        }
        List<Script> scripts = new ArrayList<>();
        for (ConfigNode item : setup.kind() == Kind.LIST ? setup.items() : List.of(setup)) {
            switch (item.kind()) {
                case SCALAR -> addScript(scripts, Optional.empty(), item);
                case SECTION -> addStep(scripts, item, useAllowed);
                case LIST -> problems.add(item.location(), "a setup step must be a script or a section, not a list");
            }
        }
        return scripts;
    }

    private void addStep(List<Script> scripts, ConfigNode item, boolean useAllowed) {
        SettingsReader.Section section = new SettingsReader.Section("a setup step", item.location(), item);
        CheckedSettings step = new SettingsReader(problems, false).read(section, Set.of(), List.of(STEP));
        Optional<ConfigNode> use = item.get("use");
        Optional<ConfigNode> run = item.get("run");
        if (use.isEmpty() && run.isEmpty() && SettingsReader.hasUnknownKey(item, STEP)) {
            return;
        }
        if (use.isPresent() == run.isPresent()
                || (use.isPresent() && item.get("name").isPresent())) {
            problems.add(
                    item.location(), "a setup step must have either 'use' alone or 'run' and, if you like, 'name'");
        } else if (use.isPresent() && !useAllowed) {
            problems.add(use.get().location(), "'use' works in profiles only, not in the top-level 'setup'");
        } else if (use.isPresent()) {
            step.string("use").ifPresent(name -> addNamed(scripts, name, use.get()));
        } else if (run.get().kind() == Kind.SCALAR) {
            addScript(scripts, step.string("name").filter(name -> !name.isBlank()), run.get());
        }
    }

    private void addNamed(List<Script> scripts, String name, ConfigNode use) {
        Definition definition = named.get(name);
        if (definition == null) {
            problems.add(
                    use.location(),
                    "there is no " + Problems.quote(use.source()) + " under the top-level 'setup'",
                    use.source(),
                    named.keySet());
            return;
        }
        List<Script> used = scripts(definition.node(), false);
        for (int i = 0; i < used.size(); i++) {
            String numbered = used.size() == 1 ? name : name + " step " + (i + 1);
            scripts.add(new Script(
                    Optional.of(used.get(i).name().orElse(numbered)),
                    used.get(i).text()));
        }
    }

    private void addScript(List<Script> scripts, Optional<String> name, ConfigNode script) {
        if (script.text().isBlank()) {
            problems.add(script.location(), "a setup step needs a script");
        } else {
            scripts.add(new Script(name, script.text()));
        }
    }
}
