package dev.allocator.cli.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damages a file as people, editors, merges and broken disks do, one way or a few at once. The same seed, the same. */
final class Mutator {

    private static final List<String> VALUES = List.of(
            "[]",
            "{}",
            "~",
            "null",
            "",
            "''",
            "-1",
            "0",
            "1e999",
            "99999999999999999999",
            "0x1F",
            "1_000",
            "on",
            "[a, [b]]",
            "{a: {b: {c: d}}}",
            "*x",
            "&x y",
            "&x [*x]",
            "!!int 3",
            "!!binary aGk=",
            "!tag x",
            "${env:",
            "${env:NONE}",
            "${env:A:-${env:B}}",
            "${file:/}",
            "${file:/dev/zero}",
            "${file:no\\0such}",
            "$${x}",
            "${x}",
            "|",
            ">-",
            "\"\\u0000\"",
            "\"\\xZZ\"",
            "'",
            "\"",
            "[",
            "{",
            "]",
            "}",
            "? a",
            "- b",
            ": c",
            "a: b: c",
            "%YAML 1.2",
            "---",
            "...",
            "@x",
            "`x`",
            "<<",
            "\u2028",
            "é",
            "\uD83D\uDE00",
            "4GiB",
            "1m30s",
            "999999d999999h");

    private static final List<String> LINES = List.of(
            "<<: *x",
            "<<: [*a, *b]",
            "<<: text",
            "? [a, b]\n: c",
            "? {a: b}\n: c",
            "x-a: &a [*a]",
            "--- ",
            "...",
            "%TAG ! x",
            "\t",
            "providers: 7",
            "profiles: []",
            "profiles:\n  a: *a",
            "setup: {a: [[b]]}",
            "sources: [.]",
            "sources: ['\\0']",
            "store: memory",
            "sources: [spread.yaml, spread.yaml]",
            "backends: {qemu: {systems: 3}}",
            "system: [1]",
            "profiles:\n  a: {extends: b}\n  b: {extends: a}",
            "profiles:\n  a: {extends: [a, a]}");

    private final Random random;

    Mutator(long seed) {
        this.random = new Random(seed);
    }

    byte[] mutate(byte[] file) {
        byte[] mutated = file;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            mutated = random.nextInt(3) == 0 ? mutateBytes(mutated) : mutateLines(mutated);
        }
        return mutated;
    }

    private byte[] mutateBytes(byte[] file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = random.nextInt(file.length + 1);
        int upTo = Math.min(file.length, at + 1 + random.nextInt(8));
        out.write(file, 0, at);
        switch (random.nextInt(9)) {
            case 0 -> {
                if (at < upTo) {
                    out.write(file[at] ^ (1 << random.nextInt(8)));
                    out.write(file, at + 1, upTo - at - 1);
                }
            }
            case 1 -> out.write(random.nextInt(256));
            case 2 -> {
                return out.toByteArray(); // cut off
            }
            case 3 -> out.writeBytes(new byte[1 + random.nextInt(3)]);
            case 4 -> out.writeBytes(new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff});
            case 5 -> out.writeBytes("\uFEFF".getBytes(StandardCharsets.UTF_8));
            case 6 -> {
                return new String(file, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
            }
            case 7 ->
                out.writeBytes(new String(new char[] {"'\"[]{}#&*!|>%@`:,?-\\$\t\r".charAt(random.nextInt(22))})
                        .getBytes(StandardCharsets.UTF_8));
            default -> {
                // What was there is left out.
            }
        }
        out.write(file, upTo, file.length - upTo);
        return out.toByteArray();
    }

    private byte[] mutateLines(byte[] file) {
        List<String> lines = new ArrayList<>(List.of(new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)));
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        switch (random.nextInt(14)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, line);
            case 2 -> lines.add(random.nextInt(lines.size()), lines.remove(at));
            case 3 -> lines.set(at, " ".repeat(1 + random.nextInt(4)) + line);
            case 4 -> lines.set(at, line.replaceFirst("^ {1,3}", ""));
            case 5 -> lines.set(at, line.replaceFirst("^ +", "\t"));
            case 6, 7, 8 -> lines.set(at, line.replaceFirst(":.*", ": " + quoted(pick(VALUES))));
            case 9 -> lines.add(at, indent(line) + latin(pick(LINES)).replace("\n", "\n" + indent(line)));
            case 10 -> lines.set(at, line.replaceFirst(":.*", ": " + nested(random.nextInt(4))));
            case 11 -> lines.add(at, aliasBomb());
            case 12 -> lines.set(at, line.replaceFirst("[A-Za-z-]+:", "a".repeat(random.nextInt(100_000)) + ":"));
            default -> lines.set(at, line.replaceFirst("[\"'\\]\\[{}:,-]", ""));
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static String quoted(String replacement) {
        return latin(replacement).replace("\\", "\\\\").replace("$", "\\$");
    }

    /** The bytes of a text, as the characters that stand for them here. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String indent(String line) {
        return line.substring(0, line.length() - line.stripLeading().length());
    }

    private String nested(int how) {
        int depth = 10 + random.nextInt(how == 0 ? 100_000 : 2_000);
        return switch (how) {
            case 0 -> "[".repeat(depth);
            case 1 -> "[".repeat(depth) + "]".repeat(depth);
            case 2 -> "{a: ".repeat(depth) + "}".repeat(depth);
            default -> "\n" + "- ".repeat(depth) + "a";
        };
    }

    private String aliasBomb() {
        StringBuilder bomb = new StringBuilder("x-bomb:\n  a0: &a0 [x, x, x]\n");
        for (int level = 1; level < 2 + random.nextInt(10); level++) {
            String alias = "*a" + (level - 1);
            bomb.append("  a%d: &a%d [%s]%n"
                    .formatted(level, level, String.join(", ", java.util.Collections.nCopies(9, alias))));
        }
        return bomb.toString();
    }
}
