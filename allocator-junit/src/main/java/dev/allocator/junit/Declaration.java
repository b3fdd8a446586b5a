package dev.allocator.junit;

import dev.allocator.AllocationRequest;
import dev.allocator.Durations;
import dev.allocator.Lease;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * One {@link Machine} in the source.
 *
 * @param settings of the test class that it belongs to
 * @param where the field or the parameter, as people call it
 * @param label what the machine is called in messages and folders
 */
record Declaration(Machine machine, Settings settings, String where, String label) {

    /** A field's, if it has one. */
    static Optional<Declaration> of(Field field, Settings settings) {
        return AnnotationSupport.findAnnotation(field, Machine.class).map(machine -> {
            String where = "field " + Settings.nameOf(field.getDeclaringClass()) + "." + field.getName();
            return checked(machine, settings, where, field.getName(), field.getType());
        });
    }

    /** A parameter's, if it has one. */
    static Optional<Declaration> of(Parameter parameter, Settings settings) {
        return AnnotationSupport.findAnnotation(parameter, Machine.class).map(machine -> {
            Executable executable = parameter.getDeclaringExecutable();
            int number = Arrays.asList(executable.getParameters()).indexOf(parameter) + 1;
            boolean named = parameter.isNamePresent(); // if it was compiled with -parameters
            String where = "parameter " + (named ? parameter.getName() : number) + " of " + describe(executable);
            String label = named ? parameter.getName() : machine.value() + "-" + number;
            return checked(machine, settings, where, label, parameter.getType());
        });
    }

    private static String describe(Executable executable) {
        String owner = Settings.nameOf(executable.getDeclaringClass());
        return Arrays.stream(executable.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(
                        ", ",
                        executable instanceof Constructor
                                ? "the constructor of " + owner + "("
                                : owner + "." + executable.getName() + "(",
                        ")"));
    }

    private static Declaration checked(Machine machine, Settings settings, String where, String label, Class<?> type) {
        Declaration declaration =
                new Declaration(machine, settings, where, machine.name().isEmpty() ? label : machine.name());
        if (type != Lease.class) {
            throw declaration.mistake("it must be of type " + Lease.class.getName() + ", not " + type.getName());
        }
        return declaration;
    }

    Scope scope() {
        return machine.scope();
    }

    Optional<String> network() {
        return Optional.of(machine.network()).filter(network -> !network.isEmpty());
    }

    /** Equal for those declarations of one scope that mean the same machine, if they are no mistake. */
    String key() {
        if (!machine.name().isEmpty()) {
            return "name " + machine.name();
        }
        return scope() == Scope.RUN ? "run " + machine.value() + " " + machine.network() + " " + machine.ttl() : where;
    }

    /** @throws ExtensionConfigurationException if both would be the same machine, but do not say the same of it */
    void requireAgreement(Declaration other) {
        if (!machine.equals(other.machine)) {
            throw new ExtensionConfigurationException("two different machines are called '" + machine.name() + "': "
                    + this + ", and " + other + "; let them say the same, or give one of them another name");
        }
    }

    /** What the allocator is asked for. */
    AllocationRequest request(String title, Optional<String> network) {
        try {
            AllocationRequest.Builder request = AllocationRequest.forProfile(machine.value())
                    .label("test", title)
                    .label("machine", label);
            if (!machine.name().isEmpty()) {
                request.name(machine.name());
            }
            if (!machine.ttl().isEmpty()) {
                request.ttl(Durations.parse(machine.ttl()));
            }
            network.ifPresent(request::network);
            return request.build();
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    ExtensionConfigurationException mistake(String what) {
        return new ExtensionConfigurationException(this + ": " + what);
    }

    /** The annotation and where it is. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("@Machine(value = \"" + machine.value() + "\"");
        append(text, "name", machine.name());
        append(text, "network", machine.network());
        append(text, "ttl", machine.ttl());
        return text.append(", scope = ")
                .append(scope())
                .append(") on ")
                .append(where)
                .toString();
    }

    private static void append(StringBuilder text, String attribute, String value) {
        if (!value.isEmpty()) {
            text.append(", ").append(attribute).append(" = \"").append(value).append('"');
        }
    }
}
