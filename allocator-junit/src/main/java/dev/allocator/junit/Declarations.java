package dev.allocator.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Finds the {@link Declaration declarations} in test classes, what they inherit included. */
final class Declarations {

    private Declarations() {}

    /**
     * What all tests of a class share: its fields, and the parameters of its constructor and life-cycle methods, of scopes
     * wider than a test.
     */
    static List<Declaration> ofClass(Settings settings) {
        return Stream.concat(
                        fields(settings),
                        executables(settings, Declarations::isForEveryTest).flatMap(one -> parameters(one, settings)))
                .filter(declaration -> declaration.scope() != Scope.METHOD)
                .toList();
    }

    /** What one test has for itself, and what its own parameters name. */
    static List<Declaration> ofTest(List<Settings> classes, Method test) {
        List<Declaration> found = new ArrayList<>();
        for (Settings settings : classes) {
            Stream.concat(
                            fields(settings),
                            executables(settings, Declarations::isForEveryTest)
                                    .flatMap(one -> parameters(one, settings)))
                    .filter(declaration -> declaration.scope() == Scope.METHOD)
                    .forEach(found::add);
        }
        parameters(test, classes.get(classes.size() - 1)).forEach(found::add);
        requireAgreement(found);
        return found;
    }

    /** Everything in a class, for what can be told before a machine is made. */
    static List<Declaration> all(Settings settings) {
        return Stream.concat(
                        fields(settings),
                        executables(settings, any -> true).flatMap(executable -> parameters(executable, settings)))
                .toList();
    }

    /**
     * Refuses what cannot be meant, the order of the tests notwithstanding.
     *
     * @param classes the test class and those it is nested in
     */
    static void check(List<Settings> classes) {
        List<Declaration> all =
                classes.stream().flatMap(settings -> all(settings).stream()).toList();
        List<Declaration> shared = all.stream()
                .filter(declaration -> declaration.scope() != Scope.METHOD)
                .toList();
        requireAgreement(shared);
        for (Declaration own : all) {
            if (own.scope() == Scope.METHOD && !own.machine().name().isEmpty()) {
                shared.stream().filter(wider -> wider.key().equals(own.key())).forEach(own::requireAgreement);
            }
        }
    }

    private static void requireAgreement(List<Declaration> declarations) {
        Map<String, Declaration> first = new HashMap<>();
        for (Declaration declaration : declarations) {
            Declaration other = first.putIfAbsent(declaration.key(), declaration);
            if (other != null) {
                other.requireAgreement(declaration);
            }
        }
    }

    private static Stream<Declaration> fields(Settings settings) {
        return annotatedFields(settings.testClass()).stream().map(field -> {
            Declaration declaration = Declaration.of(field, settings).orElseThrow();
            if (Modifier.isFinal(field.getModifiers())) {
                throw declaration.mistake("the field must not be final");
            }
            if (Modifier.isStatic(field.getModifiers()) && declaration.scope() == Scope.METHOD) {
                throw declaration.mistake(
                        "all tests have the same static field, so that its scope must be CLASS or RUN");
            }
            return declaration;
        });
    }

    /** Whether a test's instances cannot be made without machines of the test's own. */
    static boolean doConstructorsNeedMachines(List<Settings> classes) {
        return classes.stream()
                .flatMap(settings -> executables(settings, executable -> executable instanceof Constructor)
                        .flatMap(constructor -> parameters(constructor, settings)))
                .anyMatch(declaration -> declaration.scope() == Scope.METHOD);
    }

    /** For an instance that tests share which run at the same time. */
    static void requireNoFieldsOfTests(Class<?> type, Settings settings) {
        for (Field field : annotatedFields(type)) {
            Declaration declaration = Declaration.of(field, settings).orElseThrow();
            if (declaration.scope() == Scope.METHOD) {
                throw declaration.mistake(
                        "tests that run at the same time have the same instance (Lifecycle.PER_CLASS),"
                                + " so that its scope must be CLASS or RUN; or let it be a parameter of the tests");
            }
        }
    }

    static List<Field> annotatedFields(Class<?> type) {
        return ReflectionSupport.findFields(
                type, field -> AnnotationSupport.isAnnotated(field, Machine.class), HierarchyTraversalMode.TOP_DOWN);
    }

    private static Stream<Executable> executables(Settings settings, Predicate<Executable> wanted) {
        return Stream.concat(
                        Arrays.stream(settings.testClass().getDeclaredConstructors()),
                        ReflectionSupport.findMethods(
                                settings.testClass(), method -> true, HierarchyTraversalMode.TOP_DOWN)
                                .stream())
                .filter(wanted);
    }

    private static boolean isForEveryTest(Executable executable) {
        return executable instanceof Constructor
                || isForAllTests(executable)
                || AnnotationSupport.isAnnotated(executable, BeforeEach.class)
                || AnnotationSupport.isAnnotated(executable, AfterEach.class);
    }

    private static boolean isForAllTests(Executable executable) {
        return AnnotationSupport.isAnnotated(executable, BeforeAll.class)
                || AnnotationSupport.isAnnotated(executable, AfterAll.class);
    }

    private static Stream<Declaration> parameters(Executable executable, Settings settings) {
        boolean forAll = isForAllTests(executable);
        return Arrays.stream(executable.getParameters())
                .flatMap(parameter -> Declaration.of(parameter, settings).stream())
                .peek(declaration -> {
                    if (forAll && declaration.scope() == Scope.METHOD) {
                        throw declaration.mistake(
                                "there is no test yet or any more, so that its scope must be CLASS or RUN");
                    }
                });
    }
}
