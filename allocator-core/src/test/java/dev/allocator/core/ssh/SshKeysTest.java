package dev.allocator.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshKeysTest {

    @TempDir
    Path directory;

    @Test
    void aGeneratedKeyIsOneOfOpenSsh() throws Exception {
        OpenSshServer.require(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "/usr/bin/ssh-keygen");
        GeneratedKey key = SshKeys.generate("a-comment");
        assertThat(key.privateKey().reveal()).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----\n");
        assertThat(key.authorizedKey()).matches("ssh-ed25519 \\S+ a-comment");
        assertThat(SshKeys.publicKey(key.privateKey())).isEqualTo(key.publicKey());
        Path file = directory.resolve("key");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, key.privateKey().reveal());
        assertThat(run("ssh-keygen", "-y", "-f", file.toString()))
                .startsWith(key.publicKey().toString());
        assertThat(run("ssh-keygen", "-l", "-f", file.toString())).contains(SshKeys.fingerprint(key.publicKey()));
    }

    @Test
    void anEncryptedKeyIsNamedAsSuch() throws Exception {
        OpenSshServer.require(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "/usr/bin/ssh-keygen");
        Path file = directory.resolve("encrypted");
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", file.toString());
        Secret key = Secret.of(Files.readString(file));
        assertThatThrownBy(() -> SshKeys.publicKey(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("encrypted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2-secret",
                "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2-secret\n-----END OPENSSH PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nhunter2-secret\n-----END RSA PRIVATE KEY-----\n",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA hunter2-secret"
            })
    void whatIsNoKeyIsRefusedAndNotShown(String text) {
        assertThatThrownBy(() -> SshKeys.publicKey(Secret.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return output;
    }
}
