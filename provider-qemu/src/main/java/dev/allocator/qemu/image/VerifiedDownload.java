package dev.allocator.qemu.image;

import dev.allocator.qemu.image.RemoteImage.Source;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Gets an image from the first source that has it. Nothing is called an image before its content was verified. */
final class VerifiedDownload {

    private static final int BLOCK = 1 << 20;

    private final CacheLayout layout;
    private final Web web;
    private final Mirrors mirrors;
    private final FreeSpace space;
    private final Deadline deadline;
    private final DownloadProgress progress;

    VerifiedDownload(
            CacheLayout layout,
            Web web,
            Mirrors mirrors,
            FreeSpace space,
            Deadline deadline,
            DownloadProgress progress) {
        this.layout = layout;
        this.web = web;
        this.mirrors = mirrors;
        this.space = space;
        this.deadline = deadline;
        this.progress = progress;
    }

    /** Returns when the image is in its place. The caller holds the lock. */
    void run(Digest digest, List<Source> sources) throws ProviderException, IOException, InterruptedException {
        if (isWhole(digest)) {
            return;
        }
        for (int i = 0; ; i++) {
            try {
                run(digest, mirrors.of(sources.get(i).file()));
                return;
            } catch (WebException e) {
                // Once the time is up, what another source answers would only hide that, or cost the part.
                if (!e.isLasting() || deadline.expired() || i == sources.size() - 1) {
                    throw e;
                }
                // It is the word of the source before. The part is named by its digest, which shows what does not fit.
                Files.deleteIfExists(Download.validator(layout.part(digest)));
                progress.say(
                        e.getMessage() + "; trying " + sources.get(i + 1).file().getHost());
            }
        }
    }

    private void run(Digest digest, URI address) throws ProviderException, IOException, InterruptedException {
        Path part = layout.part(digest);
        boolean continued = Files.exists(part);
        new Download(web, address, layout.images(), part, space, progress, deadline).run();
        String found = compute(digest, part);
        if (!found.equals(digest.hex()) && continued) {
            progress.say("what was downloaded earlier does not fit to the rest; downloading all of it again");
            discard(part);
            new Download(web, address, layout.images(), part, space, progress, deadline).run();
            found = compute(digest, part);
        }
        if (!found.equals(digest.hex())) {
            discard(part);
            throw new ProviderException(
                    Kind.RETRYABLE,
                    "what " + RemoteImage.shown(address) + " gave is not the image: its digest is " + digest.algorithm()
                            + ":" + found
                            + ", expected " + digest + "; the file was deleted. The image may just be changing on the"
                            + " server, or a mirror or proxy has an old or another one",
                    null);
        }
        complete(digest, part);
    }

    /** Whoever downloaded all of it may have been killed before it was verified. */
    private boolean isWhole(Digest digest) throws IOException, InterruptedException {
        Path part = layout.part(digest);
        if (!Files.exists(part) || !compute(digest, part).equals(digest.hex())) {
            return false;
        }
        complete(digest, part);
        return true;
    }

    private void complete(Digest digest, Path part) throws IOException {
        Files.move(part, layout.image(digest), StandardCopyOption.ATOMIC_MOVE);
        discard(part);
    }

    private static void discard(Path part) throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(Download.validator(part));
    }

    private static String compute(Digest digest, Path file) throws IOException, InterruptedException {
        MessageDigest computation = digest.computation();
        byte[] block = new byte[BLOCK];
        try (InputStream content = Files.newInputStream(file)) {
            for (int length = content.read(block); length >= 0; length = content.read(block)) {
                computation.update(block, 0, length);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        return HexFormat.of().formatHex(computation.digest());
    }
}
