package dev.allocator.junit;

import dev.allocator.AllocationException;
import dev.allocator.AllocationFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.opentest4j.TestAbortedException;

/** Publishes what is known of the machines of a test that failed. Whatever comes of it, it makes nothing fail. */
final class Evidence {

    private static final String FOLDER = "machines";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Evidence() {}

    /** If the test, or the class, failed; once for each. */
    static void ofContext(ExtensionContext context, MachineSet machines) {
        Optional<Throwable> failure = context.getExecutionException();
        if (failure.isPresent() && isFailure(failure.get()) && machines.failsFirst()) {
            publish(context, machines);
        }
    }

    /** Of a dynamic test, whose context tells nobody. */
    static void ofDynamicTest(Throwable failure, ExtensionContext context, MachineSet machines) {
        if (isFailure(failure)) {
            publish(context, machines);
        }
    }

    private static boolean isFailure(Throwable thrown) {
        return !(thrown instanceof TestAbortedException);
    }

    private static void publish(ExtensionContext context, MachineSet machines) {
        Collection<Held> all = machines.all();
        all.forEach(Held::fail);
        if (all.isEmpty()) {
            return;
        }
        publish(context, machines.title(), folder -> {
            Set<String> names = new HashSet<>();
            List<Collecting> tasks = new ArrayList<>();
            for (Held held : all) {
                tasks.add(new Collecting(
                        held, folder.resolve(unique(held.declaration().label(), names))));
            }
            Aside.all("collecting the evidence of " + machines.title(), tasks, PATIENCE);
        });
    }

    /** What the allocator kept of an allocation that failed, as its folder may be on a host that is soon gone. */
    static void ofAllocation(Throwable failure, ExtensionContext context, String title) {
        Set<String> names = new HashSet<>();
        List<Throwable> failures = new ArrayList<>(List.of(failure));
        failures.addAll(List.of(failure.getSuppressed()));
        for (Throwable one : failures) {
            if (one instanceof AllocationException allocation) {
                AllocationFailure circumstances = allocation.failure();
                circumstances
                        .evidence()
                        .ifPresent(kept -> publish(
                                context,
                                title,
                                folder ->
                                        Collecting.copy(kept, folder.resolve(unique(circumstances.profile(), names)))));
            }
        }
    }

    private static void publish(ExtensionContext context, String title, ThrowingConsumer<Path> content) {
        try {
            context.publishDirectory(FOLDER, folder -> {
                content.accept(folder);
                Console.say(title + ": what is known of its machines is in " + folder);
            });
        } catch (RuntimeException e) {
            Console.say(title + ": what is known of its machines cannot be published: " + e);
        }
    }

    private static String unique(String label, Set<String> taken) {
        String name = Collecting.fileName(label);
        String unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }
}
