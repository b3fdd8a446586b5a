package dev.allocator.core.profile;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** That a plugin was made for another Java or another version of the API, which shows in errors of the JVM's. */
public final class PluginMismatch {

    private static final Pattern CLASS_FILE = Pattern.compile("class file version ([0-9]+)\\.");

    /** Java 1's class files have version 45, and each later one's the next. */
    private static final int BEFORE_JAVA_1 = 44;

    /** A name, possibly in a descriptor, where an L precedes it. */
    private static final Pattern OF_THE_API = Pattern.compile("\\bL?dev[./]allocator[./]((spi|event)[./])?[A-Z]");

    private static final Pattern OF_JAVA = Pattern.compile("javax?[./][a-z/.]*[A-Z]\\w*$");

    private PluginMismatch() {}

    /** What is wrong in words for whoever put the plugin there; else what was thrown. */
    public static String describe(Throwable failure) {
        return explain(failure).orElseGet(failure::toString);
    }

    /** One clause, if an error or what caused it comes from a mismatch. */
    public static Optional<String> explain(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        if (root instanceof UnsupportedClassVersionError) {
            return Optional.of(newerJava(message));
        }
        boolean classIsMissing = root instanceof NoClassDefFoundError || root instanceof ClassNotFoundException;
        if (classIsMissing && OF_JAVA.matcher(message).lookingAt()) {
            return Optional.of("the plugin needs " + message.replace('/', '.') + ", which the Java in "
                    + System.getProperty("java.home") + " lacks: run it with a whole Java");
        }
        boolean missing = classIsMissing || root instanceof IncompatibleClassChangeError; // of a method or field, say
        return missing && OF_THE_API.matcher(message).find()
                ? Optional.of("the plugin was made for another version of Allocator, get one that fits this version ("
                        + root.getClass().getSimpleName() + ": " + message + ")")
                : Optional.empty();
    }

    private static String newerJava(String message) {
        Matcher version = CLASS_FILE.matcher(message);
        String needed =
                version.find() ? "Java " + (Integer.parseInt(version.group(1)) - BEFORE_JAVA_1) : "a newer Java";
        return "the plugin needs " + needed + ", and this is Java "
                + Runtime.version().feature() + ": run it with that, or get one that was made for this Java";
    }
}
