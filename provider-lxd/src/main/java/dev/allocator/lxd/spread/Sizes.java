package dev.allocator.lxd.spread;

import dev.allocator.DataSize;
import dev.allocator.spi.ConfigNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sizes as Rust's <a href="https://docs.rs/bytesize/1.3.0">bytesize</a> reads them: {@code K M G T} count in 1000s,
 * unlike in our own files, and the {@code B} of {@code GiB} may be left out.
 */
final class Sizes {

    private static final Pattern WITHOUT_B = Pattern.compile("[0-9.]+\\s*[kmgt]i?");

    private Sizes() {}

    /** A size in bytes at its place. */
    static Optional<ConfigNode> read(ConfigNode node, String key, Mistakes mistakes) {
        String text = node.text();
        boolean withoutB = WITHOUT_B.matcher(text.toLowerCase(Locale.ROOT)).matches();
        try {
            DataSize size = DataSize.parse(withoutB ? text + "B" : text);
            return Optional.of(ConfigNode.scalar(node.location(), size.bytes() + "B", node.source(), true));
        } catch (IllegalArgumentException e) {
            mistakes.add(
                    node.location(),
                    "'" + key + "' must be a size such as 4096MiB or 15GiB, not " + Mistakes.quote(node.source()));
            return Optional.empty();
        }
    }
}
