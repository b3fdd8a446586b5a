package dev.allocator.qemu.image;

import java.nio.file.Path;

/**
 * Where things are in the cache.
 *
 * @param cache the cache
 */
record CacheLayout(Path cache) {

    static final String IMAGE = ".qcow2";
    static final String PART = ".part";

    /** What is worth keeping on another host: images, parts of some, and what they are called. */
    Path images() {
        return cache.resolve("images");
    }

    /** What is of use on this host only. */
    Path host() {
        return cache.resolve("host");
    }

    Path image(Digest digest) {
        return images().resolve(digest.fileName() + IMAGE);
    }

    Path part(Digest digest) {
        return images().resolve(digest.fileName() + PART);
    }

    /** The file with what people call an image. */
    Path title(String fingerprint) {
        return images().resolve(fingerprint + ".name");
    }

    /** Held by whoever downloads, so that one does at a time. */
    Path downloadLock() {
        return host().resolve("download.lock");
    }

    /** Held for moments, by whoever begins to use images or removes some. */
    Path useLock() {
        return host().resolve("images.lock");
    }

    /** Who uses which image. */
    Path uses() {
        return host().resolve("uses");
    }
}
