package dev.allocator.qemu.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.DataSize;
import dev.allocator.MachineId;
import dev.allocator.qemu.image.RemoteImage.Source;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Downloading from a server that does what real ones do. */
class ImageCacheTest extends DownloadStage {

    @Test
    void downloadsOnceAndTellsHowFarItIs() throws Exception {
        assertThat(cache().present(tiny())).isEmpty();

        Path image = obtain();

        assertIsContent(image);
        assertThat(obtain()).isEqualTo(image);
        assertThat(cache().present(tiny())).contains(image);
        assertThat(server.requests).containsExactly("/SHA512SUMS", "/tiny.img");
        assertThat(lines).containsExactly("downloading tiny:1 (x86_64), 3 MiB");
        assertThat(filesInCache()).hasSize(3).anyMatch(name -> name.equals("tiny-1.x86_64.known"));
    }

    @Test
    void aConnectionThatBreaksIsContinued() throws Exception {
        server.cutAfter = 1_000_000;

        assertIsContent(obtain());

        assertThat(server.requestsOf("tiny.img")).hasSizeGreaterThan(2);
        assertThat(server.requestsOf("tiny.img").get(1)).matches("/tiny.img bytes=[1-9][0-9]+-");
        assertThat(lines).anyMatch(line -> line.startsWith("trying again to download tiny:1 (x86_64) from "));
    }

    @Test
    void aLaterProcessContinuesAndAChangedFileStartsAnew() throws Exception {
        server.cutAfter = 1_000_000;
        server.cuts = 1;
        server.gate = new CountDownLatch(1);
        interruptInTheMiddle();
        server.gate.countDown();
        server.requests.clear();

        assertIsContent(obtain());
        assertThat(server.requestsOf("tiny.img")).singleElement().asString().contains("bytes=");

        publish(bytes(2));
        now.updateAndGet(time -> time.plus(Duration.ofDays(2)));
        server.gate = new CountDownLatch(1);
        interruptInTheMiddle();
        // The same name, another content in the middle of it, as the entity tag says.
        byte[] third = bytes(3);
        publish(third);
        server.gate.countDown();
        assertIsContent(obtain());
    }

    private void interruptInTheMiddle() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Path> download = threads.submit(() -> obtain());
            await().atMost(LONG).until(() -> filesInCache().stream().anyMatch(this::isHalfThere));
            download.cancel(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS))
                    .as("an interrupt ends it at once")
                    .isTrue();
        } finally {
            threads.shutdownNow();
        }
        assertThat(filesInCache()).anyMatch(name -> name.endsWith(".part"));
    }

    private boolean isHalfThere(String name) {
        Path part = folder.resolve("cache/images")
                .resolve(ImageServer.digest("sha512", content).replace(':', '-') + ".part");
        return name.endsWith(".part") && part.toFile().length() > 900_000;
    }

    @Test
    void aPartThatDoesNotFitIsDownloadedAgainOnce() throws Exception {
        Path part = folder.resolve("cache/images")
                .resolve(ImageServer.digest("sha512", content).replace(':', '-') + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, new byte[1_000_000]);

        assertIsContent(obtain());

        assertThat(server.requestsOf("tiny.img")).containsExactly("/tiny.img bytes=1000000-", "/tiny.img");
        assertThat(lines).contains("what was downloaded earlier does not fit to the rest; downloading all of it again");
    }

    @Test
    void aServerWithoutRangesSendsAllAgain() throws Exception {
        server.ranges = false;
        server.cutAfter = 1_000_000;
        server.cuts = 1;

        assertIsContent(obtain());
        assertThat(server.requestsOf("tiny.img")).hasSize(2);
    }

    @Test
    void aWholePartNeedsNoMore() throws Exception {
        Path part = folder.resolve("cache/images")
                .resolve(ImageServer.digest("sha512", content).replace(':', '-') + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, content);

        assertIsContent(obtain());
        assertThat(server.requestsOf("tiny.img")).isEmpty();
    }

    /** Where the first is slow, and the second would say that it has no such file. */
    @Test
    void onceTheTimeIsUpNoOtherSourceIsAsked() throws Exception {
        server.gate = new CountDownLatch(1);
        MachineId machine = MachineId.random();
        Path machineFolder = machineFolder(machine);
        RemoteImage two = two(tiny().sources().get(0).file(), server.address("missing.img"));

        assertThatThrownBy(() ->
                        cache().obtain(two, machine, machineFolder, Deadline.in(Duration.ofSeconds(2)), lines::add))
                .hasMessageContainingAll("the time was up while " + server.base() + "tiny.img", "% of 3 MiB is here");
        assertThat(server.requestsOf("missing.img")).isEmpty();
        assertThat(filesInCache()).anyMatch(name -> name.endsWith(".part"));
    }

    @Test
    void anotherSourceContinuesWithoutTheWordOfTheOneBefore() throws Exception {
        Path part = folder.resolve("cache/images")
                .resolve(ImageServer.digest("sha512", content).replace(':', '-') + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, Arrays.copyOf(content, 1_000_000));
        Files.writeString(Download.validator(part), "\"of the first\"");

        assertIsContent(obtain(
                cache(),
                two(server.address("missing.img"), tiny().sources().get(0).file())));

        assertThat(server.requestsOf("tiny.img")).containsExactly("/tiny.img bytes=1000000-");
        assertThat(lines).contains("continuing to download tiny:1 (x86_64), 3 MiB: 33 % of 3 MiB is here already");
    }

    private RemoteImage two(URI first, URI second) {
        return new RemoteImage(
                "tiny:1",
                "x86_64",
                List.of(new Source(first, Optional.empty()), new Source(second, Optional.empty())),
                Optional.of(Digest.parse(ImageServer.digest("sha512", content))));
    }

    @Test
    void messagesShowNoQuery() {
        assertThatThrownBy(() -> obtain(cache(), two(server.address("no?token=secret"), server.address("gone?secret"))))
                .hasMessageEndingWith(server.base() + "gone does not exist (the server answers 404)");
        assertThat(lines).isNotEmpty().noneMatch(line -> line.contains("secret"));
    }

    @Test
    void aChecksumFileThatIsTooLargeIsGivenUp() {
        server.put("SHA512SUMS", "x".repeat(5 << 20));
        assertFails().hasMessageEndingWith("SHA512SUMS is too large to be a checksum file");
    }

    @Test
    void aMachineMayBeMadeAgain() throws Exception {
        MachineId machine = MachineId.random();
        Path machineFolder = machineFolder(machine);
        Path image = cache().obtain(tiny(), machine, machineFolder, Deadline.in(LONG), lines::add);

        assertThat(cache().obtain(tiny(), machine, machineFolder, Deadline.in(LONG), lines::add))
                .isEqualTo(image);
        assertThat(new CacheContents(folder.resolve("cache")).entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.inUse()).isTrue());
    }

    @Test
    void whatIsRememberedInNoCharactersIsUnknown() throws Exception {
        Path image = obtain();
        Files.write(folder.resolve("cache/images/tiny-1.x86_64.known"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(obtain()).isEqualTo(image);
        assertThat(server.requestsOf("SHA512SUMS")).hasSize(2);
    }

    @Test
    void whatIsNotTheImageIsDeletedAndSaid() throws Exception {
        server.put("tiny.img", bytes(9));

        assertFails()
                .hasMessageContainingAll(
                        "what " + server.base() + "tiny.img gave is not the image: its digest is sha512:",
                        "expected " + ImageServer.digest("sha512", content),
                        "the file was deleted");
        assertThat(filesInCache()).noneMatch(name -> name.endsWith(".part") || name.endsWith(".qcow2"));
    }

    @Test
    void errorsNameTheAddressAndWhatToDo() throws Exception {
        server.remove("tiny.img");
        assertFails()
                .hasMessage("cannot download the image tiny:1 (x86_64): " + server.base()
                        + "tiny.img does not exist (the server answers 404)");
        server.put("SHA512SUMS", "nothing of interest\n");
        assertFails().hasMessageContaining(server.base() + "SHA512SUMS does not mention tiny.img");
        server.status = 403;
        assertFails().hasMessageContaining("answers with status 403");
        server.close();
        assertFails()
                .hasMessageContainingAll(
                        "cannot get " + server.base() + "SHA512SUMS: ", "without a proxy (http_proxy, no_proxy");
    }

    @Test
    void aServerThatBreaksEachConnectionIsGivenUp() throws Exception {
        server.put("big.img", bytes(1));
        server.status = 503;
        RemoteImage pinned = tiny(ImageServer.digest("sha512", content));

        assertThatThrownBy(() -> obtain(cache(), pinned)).hasMessageContaining("answers with status 503");
        assertThat(server.requestsOf("tiny.img")).hasSize(4);
    }

    @Test
    void theNextSourceIsTriedWhereAFileIsMissing() throws Exception {
        RemoteImage two = new RemoteImage(
                "tiny:1",
                "x86_64",
                List.of(
                        new Source(
                                URI.create("http://images.example/old/tiny.img"),
                                Optional.of(URI.create("http://images.example/old/SHA512SUMS"))),
                        tiny().sources().get(0)),
                Optional.empty());

        assertIsContent(obtain(cache(), two));
        assertThat(server.requests).containsExactly("/old/SHA512SUMS", "/SHA512SUMS", "/tiny.img");
    }

    @Test
    void isAskedForNewerImagesOnceADay() throws Exception {
        Path first = obtain();
        publish(bytes(2));
        now.updateAndGet(time -> time.plus(Duration.ofHours(23)));
        assertThat(obtain()).isEqualTo(first);

        now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
        Path second = obtain();

        assertIsContent(second);
        assertThat(first).as("machines may lie on it").exists();
        assertThat(server.requestsOf("SHA512SUMS")).hasSize(2);
    }

    @Test
    void withoutTheNetworkWhatIsHereIsUsed() throws Exception {
        Path image = obtain();
        server.close();
        now.updateAndGet(time -> time.plus(Duration.ofDays(3)));

        assertThat(obtain()).isEqualTo(image);
        assertThat(lines.get(lines.size() - 1))
                .startsWith("using the tiny:1 (x86_64) that is here, as nobody says whether there is a newer one: ");
        lines.clear();
        assertThat(obtain()).isEqualTo(image);
        assertThat(lines).as("it is not asked for each machine").isEmpty();
    }

    @Test
    void aDigestNeedsNoChecksumFile() throws Exception {
        RemoteImage pinned = tiny(ImageServer.digest("sha256", content));

        assertThat(Files.readAllBytes(obtain(cache(), pinned))).isEqualTo(content);
        assertThat(server.requests).containsExactly("/tiny.img");
    }

    @Test
    void manyAtOnceDownloadItOnce() throws Exception {
        server.gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Path>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> obtain()));
            }
            await().atMost(LONG)
                    .until(() -> lines.stream()
                                    .filter(line -> line.startsWith("waiting until another download to "))
                                    .count()
                            == 3);
            server.gate.countDown();
            for (Future<Path> one : all) {
                assertIsContent(one.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.requestsOf("tiny.img")).hasSize(1);
    }

    @Test
    void whoWaitsForAnotherHeedsItsDeadline() throws Exception {
        server.gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            Future<Path> first = threads.submit(() -> obtain());
            await().atMost(LONG).until(() -> !server.requestsOf("tiny.img").isEmpty());
            MachineId machine = MachineId.random();
            Path machineFolder = machineFolder(machine);
            assertThatThrownBy(() -> cache().obtain(
                                    tiny(), machine, machineFolder, Deadline.in(Duration.ofSeconds(1)), lines::add))
                    .isInstanceOf(ProviderException.class)
                    .hasMessageContaining("the time was up before another download to ");
            server.gate.countDown();
            assertIsContent(first.get());
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDownloadThatTakesTooLongKeepsItsPart() throws Exception {
        server.gate = new CountDownLatch(1);
        MachineId machine = MachineId.random();
        Path machineFolder = machineFolder(machine);

        assertThatThrownBy(() ->
                        cache().obtain(tiny(), machine, machineFolder, Deadline.in(Duration.ofSeconds(2)), lines::add))
                .hasMessageContainingAll("the time was up while " + server.base() + "tiny.img", "% of 3 MiB is here");
        assertThat(filesInCache()).anyMatch(name -> name.endsWith(".part"));
    }

    @Test
    void refusesToFillTheDisk() throws Exception {
        long usable = Files.getFileStore(folder).getUsableSpace();
        ImageCache careful = new ImageCache(
                folder.resolve("cache"),
                now::get,
                Map.of(),
                new Mirrors(Map.of("http://images.example/", server.base())),
                new FreeSpace(new DataSize(usable * 2)));

        assertThatThrownBy(() -> obtain(careful, tiny()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContainingAll(
                        "there is too little space for images: " + folder.resolve("cache/images") + " has ",
                        "must stay free (min-free)");
        assertThat(server.requestsOf("tiny.img")).isEmpty();
    }

    @Test
    void goesThroughTheProxyOfTheVariables() throws Exception {
        ImageCache proxied = new ImageCache(
                folder.resolve("cache"),
                now::get,
                Map.of("http_proxy", server.base()),
                new Mirrors(Map.of()),
                new FreeSpace(DataSize.ofMebibytes(1)));

        assertIsContent(obtain(proxied, tiny()));
    }
}
