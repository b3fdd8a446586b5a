package dev.allocator.testkit;

/**
 * What a scripted command answers.
 *
 * @param status its exit status
 * @param stdout its output
 * @param stderr its error output
 */
public record GuestReply(int status, String stdout, String stderr) {

    /** Success with some output. */
    public static GuestReply ok(String stdout) {
        return new GuestReply(0, stdout, "");
    }
}
