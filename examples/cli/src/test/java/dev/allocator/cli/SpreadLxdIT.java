package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.cli.Installation.Ran;
import dev.allocator.cli.Workplace.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built program in the place of spread-adhoc-allocator, with containers of a real LXD: the scripts of that
 * project's own {@code spread.yaml}, unchanged, as spread runs them.
 */
@Timeout(300)
class SpreadLxdIT {

    private static final Pattern ADDRESS = Pattern.compile("(?m)^<ADDRESS ([0-9.]+:22)>$");

    /** Built like the one of that project, of which the images are not to be had without the Internet. */
    private static final String SPREAD_LXD = """
            # the key is misspelt there too
            resoures:
              common: &common-resources
                mem: 512MiB
                cpu: 1
                size: 4GiB

            system:
              debian-12:
                image: debian-12
                vm: false
                setup-steps: common
                resources: *common-resources
                secure-boot: false
              debian-12-broken:
                image: debian-12
                vm: false
                setup-steps: broken
                resources: *common-resources

            setup:
              common:
                - sed -i "s/^\\s*#\\?\\s*\\(PermitRootLogin\\|PasswordAuthentication\\)\\>.*/\\1 yes/" /etc/ssh/sshd_config
                - |
                  if [ -d /etc/ssh/sshd_config.d ]; then
                    cat <<EOF > /etc/ssh/sshd_config.d/01-spread-overides.conf
                  PermitRootLogin yes
                  PasswordAuthentication yes
                  EOF
                  fi
                - killall -HUP sshd || true
                - '[[ $(id -un) == root ]] && echo "${BASH_VERSION%%.*}" > /etc/setup-was-here'
              broken:
                - "true"
                - |
                  echo this went wrong
                  exit 3
            """;

    @TempDir
    Path scratch;

    private String lxdProject;
    private Workplace work;

    @BeforeEach
    void open() throws Exception {
        lxdProject = "alloc-spread-" + ProcessHandle.current().pid();
        work = new Workplace(scratch, "providers: {lxd: {project: " + lxdProject + "}}\n");
        requireImage();
    }

    private void requireImage() throws Exception {
        boolean there;
        try {
            there = lxc("image", "info", "debian-12").status() == 0;
        } catch (IOException e) {
            there = false; // there is no lxc
        }
        String reason = "no LXD with an image 'debian-12' answers; .ci/start-lxd and examples/images/make-lxd-image.sh"
                + " make both, as root";
        if (!there && "required".equals(System.getProperty("e2e"))) {
            Assertions.fail(reason);
        }
        Assumptions.assumeTrue(there, reason);
    }

    @AfterEach
    void lookForLeftovers() throws Exception {
        if (work == null) {
            return;
        }
        work.close();
        assertThat(instances(lxdProject)).isEmpty();
        lxc("project", "delete", lxdProject);
    }

    private Ran lxc(String... words) throws Exception {
        Started lxc = work.start(
                Map.of("HOME", scratch.toString()),
                Stream.concat(Stream.of("lxc"), Stream.of(words)).toList());
        lxc.process().getOutputStream().close();
        return lxc.await();
    }

    /** The names and addresses of the instances of a project of LXD's. */
    private String instances(String project) throws Exception {
        return lxc("list", "--project", project, "--format", "csv", "--columns", "n4")
                .out();
    }

    /** Runs a script of the reference's {@code spread.yaml} as spread does. */
    private Ran script(String name, String system, String address) throws Exception {
        Files.writeString(work.project.resolve("spread-lxd.yaml"), SPREAD_LXD);
        Path spreadYaml = work.project.resolve("spread.yaml");
        Path reference = Path.of(
                System.getProperty("project.root"),
                "provider-lxd/src/test/resources/dev/allocator/lxd/spread/reference/spread.yaml");
        Files.write(spreadYaml, Files.readAllBytes(reference));
        Map<String, String> environment = new HashMap<>(Map.of(
                "PROGRAMS",
                Path.of(Workplace.PROGRAM).getParent().toString(),
                "SPREAD_BACKEND",
                "adhoc-lxd",
                "SPREAD_SYSTEM",
                system,
                "SPREAD_SYSTEM_USERNAME",
                "debian",
                "SPREAD_SYSTEM_PASSWORD",
                "it's $HOME",
                "SPREAD_SYSTEM_ADDRESS",
                address));
        Started bash = work.start(environment, List.of("/bin/bash", "-eu", "-"));
        bash.feed(SpreadScripts.input(spreadYaml, "adhoc-lxd", name));
        return bash.await();
    }

    /** The only one in which spread looks for a reason. */
    private static String lastLine(Ran ran) {
        return ran.out().lines().reduce("", (before, last) -> last);
    }

    @Test
    void theScriptsOfTheReferenceProjectWorkUnchanged() throws Exception {
        Ran allocated = script("allocate", "debian-12", "");
        assertThat(allocated.status()).as(allocated.out()).isZero();
        Matcher line = ADDRESS.matcher(allocated.out());
        assertThat(line.find()).as(allocated.out()).isTrue();
        String address = line.group(1);

        assertThat(instances(lxdProject)).contains("debian-12-", address.replace(":22", " "));
        assertThat(work.login(address, "debian", "it's $HOME", "id -un; cat /etc/setup-was-here"))
                .isEqualTo("debian\n5\n");

        Ran discarded = script("discard", "debian-12", address);
        assertThat(discarded.status()).as(discarded.out()).isZero();
        assertThat(instances(lxdProject)).isEmpty();
    }

    @Test
    void whatIsNotInTheFileIsFatal() throws Exception {
        Ran ran = script("allocate", "unsupported-for-tests", "");

        assertThat(ran.status()).isEqualTo(213);
        assertThat(lastLine(ran))
                .startsWith("<FATAL cannot allocate: system \"unsupported-for-tests\" not found in configuration: ")
                .endsWith(">");
    }

    @Test
    void aStepThatFailsIsToldAndLeavesNothing() throws Exception {
        Ran ran = script("allocate", "debian-12-broken", "");

        assertThat(ran.status()).isEqualTo(213);
        assertThat(lastLine(ran))
                .startsWith("<FATAL cannot allocate 'debian-12-broken': ")
                .contains("'broken step 2' failed with status 3", "this went wrong");
        assertThat(instances(lxdProject)).isEmpty();
    }

    @Test
    void aSpreadLxdYamlIsEnough() throws Exception {
        Files.delete(work.folder.resolve("allocator.yaml"));
        Files.writeString(
                work.project.resolve("spread-lxd.yaml"), "system: {debian-12: {image: debian-12, vm: false}}\n");

        Ran allocated = work.run("--backend", "lxd", "allocate", "debian-12", "debian", "debian");
        assertThat(allocated.status()).as(allocated.err()).isZero();
        assertThat(allocated.out()).matches("[0-9.]+:22\n");
        String address = allocated.out().strip();

        assertThat(instances("spread-adhoc")).contains(address.replace(":22", " "));
        assertThat(work.login(address, "debian", "debian", "id -un")).isEqualTo("debian\n");
        assertThat(work.run("-b", "lxd", "deallocate", address)).isEqualTo(new Ran(0, "", ""));
        assertThat(instances("spread-adhoc")).doesNotContain(address.replace(":22", " "));
    }
}
