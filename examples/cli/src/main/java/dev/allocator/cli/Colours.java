package dev.allocator.cli;

import java.util.Map;

/**
 * Colours for one of the outputs, or none.
 *
 * @param wanted whether there are any
 */
record Colours(boolean wanted) {

    static final Colours NONE = new Colours(false);

    private static final String RESET = "\033[0m";

    /**
     * As most programs decide: {@code NO_COLOR} (no-color.org) forbids them, {@code CLICOLOR_FORCE} demands them, else a
     * terminal gets them unless it is {@code TERM=dumb}.
     */
    static Colours of(boolean terminal, Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return NONE;
        }
        String forced = environment.getOrDefault("CLICOLOR_FORCE", "");
        if (!forced.isEmpty() && !forced.equals("0")) {
            return new Colours(true);
        }
        return new Colours(terminal && !isDumb(environment));
    }

    /** Whether the terminal cannot do more than print. */
    static boolean isDumb(Map<String, String> environment) {
        return environment.getOrDefault("TERM", "").equals("dumb");
    }

    String good(String text) {
        return paint("32", text);
    }

    String doubtful(String text) {
        return paint("33", text);
    }

    String bad(String text) {
        return paint("31", text);
    }

    String heading(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return wanted ? "\033[" + code + "m" + text + RESET : text;
    }
}
