package dev.allocator.core.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import dev.allocator.HostKey;
import dev.allocator.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Makes, reads and shows SSH keys. */
public final class SshKeys {

    private SshKeys() {}

    /**
     * Makes an ed25519 key pair.
     *
     * @param comment one word that says what it is for
     */
    public static GeneratedKey generate(String comment) {
        try {
            KeyPair pair = KeyPair.genKeyPair(new JSch(), KeyPair.ED25519);
            pair.setPublicKeyComment(comment);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            pair.writeOpenSSHv1PrivateKey(text, null);
            HostKey publicKey = publicKey(pair.getPublicKeyBlob());
            pair.dispose();
            return new GeneratedKey(Secret.of(text.toString(StandardCharsets.UTF_8)), publicKey, comment);
        } catch (JSchException e) {
            throw new IllegalStateException("cannot make an ed25519 key: " + e.getMessage(), e);
        }
    }

    /**
     * The public half of a private key.
     *
     * @throws IllegalArgumentException if that is no private key or an encrypted one; it is not shown
     */
    public static HostKey publicKey(Secret privateKey) {
        KeyPair pair = load(privateKey);
        try {
            byte @Nullable [] blob = pair.getPublicKeyBlob();
            if (pair.isEncrypted()) {
                throw new IllegalArgumentException(
                        "the private key is encrypted: give one without a passphrase (ssh-keygen -p removes it)");
            }
            if (blob == null) {
                throw new IllegalArgumentException("the private key has a form that cannot be read");
            }
            return publicKey(blob);
        } finally {
            pair.dispose();
        }
    }

    /** What {@code ssh-keygen -l} shows of a public key: {@code SHA256:…}. */
    public static String fingerprint(HostKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(key.base64()));
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks SHA-256", e);
        } catch (IllegalArgumentException e) {
            return "(not a key)";
        }
    }

    /** A public key from its blob, whose first field is its type (RFC 4253, section 6.6). */
    static HostKey publicKey(byte[] blob) {
        int length = (blob[2] & 0xff) << 8 | (blob[3] & 0xff);
        String type = new String(blob, 4, length, StandardCharsets.US_ASCII);
        return new HostKey(type, Base64.getEncoder().encodeToString(blob));
    }

    private static KeyPair load(Secret privateKey) {
        byte[] text = privateKey.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            return KeyPair.load(new JSch(), text, null);
        } catch (JSchException | RuntimeException e) {
            // The cause is dropped: nobody knows how much of the key its message quotes.
            throw new IllegalArgumentException(
                    "that is no private key: expected what ssh-keygen writes, starting with '-----BEGIN'");
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }
}
