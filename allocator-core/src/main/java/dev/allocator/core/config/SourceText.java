package dev.allocator.core.config;

import dev.allocator.spi.Location;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The text of a file and the places in it.
 *
 * @param source what messages call the file
 * @param text its characters, without byte order mark
 */
record SourceText(String source, String text) {

    /**
     * Decodes a file.
     *
     * @throws UnreadableYamlException if it is not UTF-8, or has characters that YAML forbids
     */
    static SourceText decode(String source, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(rest, text, true);
        text.flip();
        SourceText decoded = new SourceText(source, text.toString());
        if (result.isError()) {
            throw new UnreadableYamlException(
                    decoded.at(decoded.text.length()),
                    String.format("the file is not UTF-8 text (byte 0x%02X here)", rest.get(rest.position())));
        }
        return decoded;
    }

    /** Refuses characters that YAML forbids, where they are. */
    SourceText {
        text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (!StreamReader.isPrintable(c)) {
                throw new UnreadableYamlException(
                        position(source, text, i), String.format("the character U+%04X is not allowed in YAML", c));
            }
        }
    }

    /** Where an event of the parser is. */
    Location at(Mark mark) {
        return new Location(source, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Location at(int index) {
        return position(source, text, index);
    }

    /** Where some words of a scalar that starts at a mark are; the scalar itself if they are written in another way. */
    Location find(String words, Mark scalar) {
        int from = text.offsetByCodePoints(0, scalar.getIndex());
        for (int i = text.indexOf(words, from); i >= 0; i = text.indexOf(words, i + 1)) {
            boolean escaped = i > from && text.charAt(i - 1) == '$';
            if (!escaped) {
                return at(i);
            }
        }
        return at(scalar);
    }

    private static Location position(String source, String text, int index) {
        int line = 1;
        int start = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) {
            line++;
            start = i + 1;
        }
        return new Location(source, line, text.codePointCount(start, index) + 1);
    }
}
