package dev.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/** Keeps {@code api.txt}, so that each change of the public API shows in review. */
class PublicApiTest {

    private static final Path DUMP = Path.of("api.txt");

    @Test
    void theDumpInGitIsThePublicApi() throws Exception {
        String now = publicTypes().stream().map(PublicApiTest::describe).collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("api.update")) {
            Files.writeString(DUMP, now);
        }
        assertThat(now)
                .as(
                        "the public API differs from api.txt; if that is meant, run: mvn test -pl allocator-api -Dtest=PublicApiTest -DargLine=-Dapi.update=true")
                .isEqualTo(Files.readString(DUMP));
    }

    @Test
    void everyPublicTypeSaysHowStableItIs() throws Exception {
        assertThat(publicTypes().stream().filter(type -> type.getEnclosingClass() == null))
                .isNotEmpty()
                .allMatch(type -> type.isAnnotationPresent(API.class), "is annotated with @API");
    }

    @Test
    void everyPublicTypeIsDocumented() throws Exception {
        for (Class<?> type : publicTypes()) {
            if (type.getEnclosingClass() == null) {
                String source =
                        Files.readString(Path.of("src/main/java", type.getName().replace('.', '/') + ".java"));
                assertThat(source).as(type.getName()).containsPattern("(?s)/\\*\\*.*\\*/\\s*@API");
            }
        }
    }

    private static List<Class<?>> publicTypes() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(Allocator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            List<String> names = files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
            for (String name : names) {
                Class<?> type = Class.forName(name, false, Allocator.class.getClassLoader());
                if (isVisible(type)) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static String describe(Class<?> type) {
        String kind = type.isRecord()
                ? "record"
                : type.isEnum() ? "enum" : type.isInterface() ? "interface" : modifiers(type.getModifiers()) + "class";
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()).filter(parent -> parent != Object.class),
                        Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        Stream<String> members = Stream.of(
                        Arrays.stream(type.getDeclaredFields())
                                .filter(field -> isVisible(field.getModifiers()))
                                .map(PublicApiTest::field),
                        Arrays.stream(type.getDeclaredConstructors())
                                .filter(constructor -> isVisible(constructor.getModifiers()))
                                .map(PublicApiTest::constructor),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(method -> isVisible(method.getModifiers()) && !method.isSynthetic())
                                .map(PublicApiTest::method))
                .flatMap(member -> member)
                .sorted();
        return kind + " " + type.getName() + (parents.isEmpty() ? "" : " : " + parents) + "\n"
                + members.map(member -> "    " + member + "\n").collect(Collectors.joining());
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String modifiers(int modifiers) {
        return (Modifier.isAbstract(modifiers) ? "abstract " : "") + (Modifier.isFinal(modifiers) ? "final " : "");
    }

    private static String field(Field field) {
        return "field " + (Modifier.isStatic(field.getModifiers()) ? "static " : "") + field.getName() + ": "
                + field.getGenericType().getTypeName();
    }

    private static String constructor(Constructor<?> constructor) {
        return "new(" + parameters(constructor) + ")";
    }

    private static String method(Method method) {
        return (Modifier.isStatic(method.getModifiers()) ? "static " : "")
                + (method.isDefault() ? "default " : "")
                + method.getName() + "(" + parameters(method) + "): "
                + method.getGenericReturnType().getTypeName()
                + Arrays.stream(method.getExceptionTypes())
                        .map(type -> " throws " + type.getName())
                        .collect(Collectors.joining());
    }

    private static String parameters(Executable executable) {
        return Arrays.stream(executable.getParameters())
                .map(Parameter::getParameterizedType)
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
    }
}
