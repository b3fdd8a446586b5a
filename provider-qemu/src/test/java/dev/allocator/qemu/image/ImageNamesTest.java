package dev.allocator.qemu.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, digests, checksum files, mirrors and proxies. */
class ImageNamesTest {

    private static final String SHA256 = "a".repeat(63) + "0";
    private static final String SHA512 = "b".repeat(127) + "1";

    private final ImageCatalogue catalogue = new ImageCatalogue();

    @ParameterizedTest
    @CsvSource({
        "debian:12, debian:12",
        "debian:bookworm, debian:12",
        "debian-12, debian:12",
        "debian-12-64, debian:12",
        "debian-cloud-12, debian:12",
        "debian-cloud-12.x86_64, debian:12",
        "ubuntu:noble, ubuntu:24.04",
        "ubuntu-24.04-64, ubuntu:24.04",
        "ubuntu-cloud-22.04.x86_64, ubuntu:22.04",
        "fedora:41, fedora:41"
    })
    void knowsTheNamesThatOthersUse(String name, String known) {
        assertThat(catalogue.find(name, "x86_64")).map(RemoteImage::name).contains(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian", "debian:99", "debian-cloud-12.aarch64", "arch:12", ""})
    void knowsNoOthers(String name) {
        assertThat(catalogue.find(name, "x86_64")).isEmpty();
    }

    @Test
    void aNameMaySayTheArchitecture() {
        assertThat(catalogue.architecture("debian-cloud-12.aarch64")).contains("aarch64");
        assertThat(catalogue.architecture("debian-cloud-12")).isEmpty();
        assertThat(catalogue.architecture("mine.x86_64")).isEmpty();
        assertThat(catalogue
                        .find("debian-cloud-12.aarch64", "aarch64")
                        .orElseThrow()
                        .sources())
                .singleElement()
                .satisfies(source -> assertThat(source.file())
                        .isEqualTo(URI.create("https://cloud.debian.org/images/cloud/bookworm/latest/"
                                + "debian-12-generic-arm64.qcow2")));
        assertThat(catalogue
                        .find("fedora:41", "aarch64")
                        .orElseThrow()
                        .sources()
                        .get(1)
                        .checksums())
                .contains(URI.create("https://archives.fedoraproject.org/pub/archive/fedora/linux/releases/41/Cloud/"
                        + "aarch64/images/Fedora-Cloud-41-1.4-aarch64-CHECKSUM"));
    }

    @Test
    void allOfTheCatalogueIsWellFormed() {
        assertThat(catalogue.names()).hasSizeGreaterThan(5).allSatisfy(name -> {
            RemoteImage image = catalogue.find(name, "x86_64").orElseThrow();
            assertThat(image.sources()).isNotEmpty().allSatisfy(source -> {
                assertThat(source.file().getScheme()).isEqualTo("https");
                assertThat(source.file().getPath()).doesNotContain("{");
                assertThat(source.checksums().orElseThrow().getPath()).doesNotContain("{");
            });
        });
    }

    @Test
    void readsTheChecksumFilesOfDebianUbuntuAndFedora() {
        String debian = SHA512 + "  debian-12-generic-amd64.json\n" + SHA512 + "  debian-12-generic-amd64.qcow2\n";
        String ubuntu = SHA256 + " *ubuntu-24.04-server-cloudimg-amd64.img\n";
        String fedora =
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# Fedora-Cloud.qcow2: 5 bytes\nSHA256 (Fedora-Cloud.qcow2) = "
                        + SHA256 + "\n-----BEGIN PGP SIGNATURE-----\n";

        assertThat(ChecksumFile.find(debian, "debian-12-generic-amd64.qcow2"))
                .contains(Digest.parse("sha512:" + SHA512));
        assertThat(ChecksumFile.find(ubuntu, "ubuntu-24.04-server-cloudimg-amd64.img"))
                .contains(Digest.parse("sha256:" + SHA256));
        assertThat(ChecksumFile.find(fedora, "Fedora-Cloud.qcow2")).contains(Digest.parse("sha256:" + SHA256));
        assertThat(ChecksumFile.find(debian, "amd64.qcow2")).isEmpty();
        assertThat(ChecksumFile.find("<html>404</html>", "any")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "md5:abc", "sha256:xyz", "sha512:0123"})
    void refusesWhatIsNoDigest(String text) {
        assertThatThrownBy(() -> Digest.parse(text))
                .hasMessage("not a digest: '" + text
                        + "' (expected sha256: and 64, or sha512: and 128 hexadecimal digits)");
    }

    @Test
    void theLongestBeginningChoosesTheMirror() {
        Mirrors mirrors = new Mirrors(Map.of("https://a/", "http://one/", "https://a/b/", "http://two/x/"));

        assertThat(mirrors.of(URI.create("https://a/b/c"))).isEqualTo(URI.create("http://two/x/c"));
        assertThat(mirrors.of(URI.create("https://a/c"))).isEqualTo(URI.create("http://one/c"));
        assertThat(mirrors.of(URI.create("https://b/c"))).isEqualTo(URI.create("https://b/c"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https://mirror.example/debian/, -",
                "http://127.0.0.1:80/, -",
                "mirror.example/x, is not an address that begins with https:// or http:// and a host",
                "ftp://mirror.example/, is not an address that begins with https:// or http:// and a host",
                "https:///x, is not an address that begins with https:// or http:// and a host",
                "https://user:secret@mirror.example/, 'holds a user or password, which are not supported: many would see them'",
                "https://a b/secret, is not a URL: Illegal character in authority"
            })
    void saysWhatIsWrongWithAMirror(String address, @Nullable String problem) {
        assertThat(new Mirrors(Map.of("https://a/", address)).problem())
                .isEqualTo(Optional.ofNullable(problem).map(text -> "what stands for https://a/ " + text));
    }

    @Test
    void proxiesAreWhatTheVariablesSay() {
        ProxyVariables proxies = new ProxyVariables(Map.of(
                "HTTPS_PROXY",
                "http://user:secret@proxy.example:3128",
                "http_proxy",
                "other",
                "no_proxy",
                "a.org, .b.org"));

        assertThat(proxies.proxy(URI.create("https://x.org/"))).contains(new InetSocketAddress("proxy.example", 3128));
        assertThat(proxies.proxy(URI.create("http://x.org/"))).contains(new InetSocketAddress("other", 80));
        assertThat(proxies.proxy(URI.create("https://a.org/"))).isEmpty();
        assertThat(proxies.proxy(URI.create("https://www.b.org/"))).isEmpty();
        assertThat(new ProxyVariables(Map.of()).proxy(URI.create("https://x.org/")))
                .isEmpty();
    }
}
