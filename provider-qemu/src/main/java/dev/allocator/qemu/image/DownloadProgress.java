package dev.allocator.qemu.image;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells people how far a download is, every few seconds. Told of positions by one thread, begun by another. */
final class DownloadProgress {

    private static final long INTERVAL_NANOS = 3_000_000_000L;
    private static final double NANOS = 1e9;
    private static final double MEBIBYTE = 1 << 20;

    private final String title;
    private final Consumer<String> listener;
    private final LongSupplier nanoTime;
    private volatile long whole;
    private volatile long lastPosition = -1;
    private volatile long lastTime;

    DownloadProgress(String title, Consumer<String> listener) {
        this(title, listener, System::nanoTime);
    }

    DownloadProgress(String title, Consumer<String> listener, LongSupplier nanoTime) {
        this.title = title;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** The first bytes come; {@code missing} is 0 where the server does not say how many. */
    void begins(long position, long missing) {
        whole = missing == 0 ? 0 : position + missing;
        lastTime = nanoTime.getAsLong();
        lastPosition = position;
        listener.accept((position == 0 ? "downloading " : "continuing to download ")
                + title
                + (whole == 0 ? "" : ", " + FreeSpace.mebibytes(whole))
                + (position == 0 ? "" : ": " + share(position) + " is here already"));
    }

    /** So much is here now. */
    void at(long position) {
        long now = nanoTime.getAsLong();
        if (lastPosition < 0 || now - lastTime < INTERVAL_NANOS) {
            return;
        }
        double rate = (position - lastPosition) / MEBIBYTE / ((now - lastTime) / NANOS);
        lastPosition = position;
        lastTime = now;
        listener.accept(
                "downloading " + title + ": " + share(position) + String.format(Locale.ROOT, ", %.1f MiB/s", rate));
    }

    /** The connection broke and is made again. */
    void broken(long position, String why) {
        listener.accept("trying again to download " + title + " from " + share(position) + " on: " + why);
    }

    /** Something else worth a line. */
    void say(String line) {
        listener.accept(line);
    }

    /** Part and whole. */
    String share(long position) {
        return whole == 0
                ? FreeSpace.mebibytes(position)
                : position * 100 / whole + " % of " + FreeSpace.mebibytes(whole);
    }
}
