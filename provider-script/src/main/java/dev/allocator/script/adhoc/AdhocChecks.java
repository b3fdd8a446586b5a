package dev.allocator.script.adhoc;

import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be known about an instance before any of its scripts runs. */
final class AdhocChecks {

    static final Path BASH = Path.of("/bin/bash");

    /** A script of one line that begins with a plain path of a program. */
    private static final Pattern ONE_PROGRAM = Pattern.compile("([\\w.+-]*/[\\w./+-]+)(?:[ \\t][^\\n]*)?");

    private AdhocChecks() {}

    /** Why no machine can be made, if that is so. */
    static Optional<String> problem(AdhocSettings settings) {
        if (!Files.isExecutable(BASH)) {
            return Optional.of("there is no " + BASH + ", which runs the scripts of 'contract: adhoc'");
        }
        if (!Files.isDirectory(settings.directory())) {
            return Optional.of("the folder " + settings.directory() + ", where the scripts run, does not exist");
        }
        return missing(settings, AdhocSettings.ALLOCATE, settings.allocate())
                .or(() -> missing(settings, AdhocSettings.DISCARD, settings.discard()));
    }

    private static Optional<String> missing(AdhocSettings settings, String key, String script) {
        Matcher program = ONE_PROGRAM.matcher(script);
        if (!program.matches()) {
            return Optional.empty(); // only bash can tell
        }
        Path path = settings.directory().resolve(program.group(1)).normalize();
        String place = settings.places().get(key) + ": '" + key + "' runs " + path + ", which ";
        if (!Files.isRegularFile(path)) {
            return Optional.of(place + "does not exist");
        }
        return Files.isExecutable(path) ? Optional.empty() : Optional.of(place + "is not executable");
    }

    static List<Diagnosis> diagnose(AdhocSettings settings) {
        List<Diagnosis> diagnoses = new ArrayList<>();
        problem(settings).ifPresent(problem -> diagnoses.add(new Diagnosis(Severity.ERROR, problem)));
        if (settings.discard().isEmpty()) {
            diagnoses.add(new Diagnosis(
                    Severity.WARNING,
                    settings.places().get(AdhocSettings.DISCARD)
                            + ": there is no 'discard' script, so that nothing takes its machines back"));
        }
        return diagnoses;
    }
}
