package dev.allocator.junit;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** Where JUnit keeps the machines: those of a test in the store of its context, those of a class in the one of its class. */
final class MachineSets {

    private static final Namespace NAMESPACE = Namespace.create(MachineSets.class);

    private MachineSets() {}

    /** Those of the context's test, or class if it is in no test, with everything in it that is declared for it. */
    static MachineSet of(ExtensionContext context) {
        MachineSet ofClass = ofClass(context);
        if (context.getTestMethod().isEmpty()) {
            return ofClass;
        }
        Optional<MachineSet> known = find(context);
        if (known.isPresent()) {
            return known.get();
        }
        List<Declaration> declarations = Declarations.ofTest(Settings.of(context), context.getRequiredTestMethod());
        MachineSet machines = new MachineSet(context, title(context), Scope.METHOD, Optional.of(ofClass), List.of());
        store(context).put(context.getUniqueId(), machines);
        use(machines, declarations, context);
        return machines;
    }

    /** Those of the test around, whose dynamic test this may be; empty if there are none. */
    static Optional<MachineSet> find(ExtensionContext context) {
        for (Optional<ExtensionContext> one = Optional.of(context);
                one.isPresent();
                one = one.get().getParent()) {
            MachineSet machines = store(one.get()).get(one.get().getUniqueId(), MachineSet.class);
            if (machines != null) {
                return Optional.of(machines);
            }
        }
        return Optional.empty();
    }

    /** Those of the context's class. */
    static MachineSet ofClass(ExtensionContext context) {
        List<Settings> classes = Settings.of(context);
        Optional<MachineSet> machines = Optional.empty();
        for (int i = 0; i < classes.size(); i++) {
            machines = Optional.of(ofClass(classes.subList(0, i + 1), machines, context));
        }
        return machines.orElseThrow();
    }

    private static MachineSet ofClass(List<Settings> classes, Optional<MachineSet> outer, ExtensionContext context) {
        Settings settings = classes.get(classes.size() - 1);
        ExtensionContext level = level(settings.testClass(), context);
        MachineSet known = store(level).get(settings.testClass(), MachineSet.class);
        if (known != null && known.isComplete()) {
            return known;
        }
        Declarations.check(classes);
        List<Declaration> shared = Declarations.ofClass(settings);
        MachineSet machines = store(level)
                .getOrComputeIfAbsent(
                        settings.testClass(),
                        type -> new MachineSet(
                                level, Settings.nameOf(type), Scope.CLASS, outer, networks(settings, shared)),
                        MachineSet.class);
        use(machines, shared, context);
        return machines;
    }

    /** The networks that machines of the class are in, also those which only some of its tests have. */
    private static List<String> networks(Settings settings, List<Declaration> shared) {
        List<String> ofRun = networks(Scope.RUN, shared);
        return networks(Scope.CLASS, Declarations.all(settings)).stream()
                .filter(network -> !ofRun.contains(network))
                .toList();
    }

    private static List<String> networks(Scope scope, List<Declaration> declarations) {
        return declarations.stream()
                .filter(declaration -> declaration.scope() == scope)
                .flatMap(declaration -> declaration.network().stream())
                .distinct()
                .toList();
    }

    /** The outermost context of a class, as a class may have several: that whose end is the class's. */
    private static ExtensionContext level(Class<?> type, ExtensionContext context) {
        ExtensionContext level = context;
        for (Optional<ExtensionContext> one = Optional.of(context);
                one.isPresent();
                one = one.get().getParent()) {
            if (one.get().getTestClass().equals(Optional.of(type))) {
                level = one.get();
            }
        }
        return level;
    }

    private static void use(MachineSet machines, List<Declaration> declarations, ExtensionContext context) {
        try {
            machines.use(declarations);
        } catch (RuntimeException e) {
            Evidence.ofAllocation(e, context, machines.title());
            throw e;
        }
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }

    /** As people call it who look for a test. */
    private static String title(ExtensionContext context) {
        String title = Settings.nameOf(context.getRequiredTestClass()) + "."
                + context.getRequiredTestMethod().getName();
        boolean isOneOfSeveral =
                context.getParent().flatMap(ExtensionContext::getTestMethod).isPresent();
        return isOneOfSeveral ? title + " " + context.getDisplayName() : title;
    }
}
