package dev.allocator.junit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.ReflectionSupport;

/** Puts machines into fields. */
final class Injection {

    private Injection() {}

    static void intoClass(Class<?> testClass, Settings settings, MachineSet machines) {
        into(null, testClass, settings, machines, scope -> true);
    }

    static void intoInstance(Object instance, Settings settings, MachineSet machines, Predicate<Scope> scopes) {
        into(instance, instance.getClass(), settings, machines, scopes);
    }

    private static void into(
            @Nullable Object instance, Class<?> type, Settings settings, MachineSet machines, Predicate<Scope> scopes) {
        for (Field field : Declarations.annotatedFields(type)) {
            Declaration declaration = Declaration.of(field, settings).orElseThrow();
            if (Modifier.isStatic(field.getModifiers()) == (instance == null) && scopes.test(declaration.scope())) {
                Held held = machines.find(declaration)
                        .orElseThrow(() -> new IllegalStateException("nobody made the machine of " + declaration));
                set(field, instance, held, declaration);
            }
        }
    }

    /** By JUnit, which modules open their packages to. */
    private static void set(Field field, @Nullable Object instance, Held held, Declaration declaration) {
        try {
            ReflectionSupport.makeAccessible(field).set(instance, held.lease());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ExtensionConfigurationException(
                    declaration
                            + ": the field cannot be set; a module must open the package to org.junit.platform.commons",
                    e);
        }
    }
}
