package dev.allocator.junit;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link Machines} says for one test class, its own or that of a class it inherits from or is nested in. */
record Settings(
        Class<?> testClass,
        String config,
        List<Requirement> requires,
        WhenUnavailable whenUnavailable,
        List<String> collectOnFailure) {

    /** Those of the test class and of the classes that it is nested in, the outermost first. */
    static List<Settings> of(ExtensionContext context) {
        List<Class<?>> enclosing = new ArrayList<>();
        List<Settings> settings = new ArrayList<>();
        for (Class<?> testClass : context.getEnclosingTestClasses()) {
            settings.add(of(testClass, List.copyOf(enclosing)));
            enclosing.add(testClass);
        }
        settings.add(of(context.getRequiredTestClass(), enclosing));
        return settings;
    }

    /** Those of the test class. */
    static Settings ofTestClass(ExtensionContext context) {
        return of(context.getRequiredTestClass(), context.getEnclosingTestClasses());
    }

    private static Settings of(Class<?> testClass, List<Class<?>> enclosing) {
        return AnnotationSupport.findAnnotation(testClass, Machines.class, enclosing)
                .map(machines -> new Settings(
                        testClass,
                        machines.config(),
                        List.of(machines.requires()),
                        machines.whenUnavailable(),
                        List.of(machines.collectOnFailure())))
                .orElseGet(() -> new Settings(testClass, "", List.of(), WhenUnavailable.FAIL, List.of()));
    }

    /** The class as people write it, such as {@code UpgradeTest.Offline}. */
    static String nameOf(Class<?> type) {
        String name = type.getName();
        return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
    }
}
