package dev.allocator.script.fixed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads private keys. */
final class KeyFile {

    private static final int LIMIT = 1 << 20;

    private KeyFile() {}

    /**
     * The whole text of a regular file: a pipe or a device could block for ever.
     *
     * @throws IOException if it cannot be read, is larger than 1 MiB or no UTF-8; its message says why, without the name
     */
    static String read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("it does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new IOException("it is larger than 1 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it is no text", e);
        } catch (AccessDeniedException e) {
            throw new IOException("it may not be read (permission denied)", e);
        } catch (NoSuchFileException e) {
            throw new IOException("it does not exist", e);
        }
    }
}
