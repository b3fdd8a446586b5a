package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.SetupStep;
import dev.allocator.Share;
import dev.allocator.UnknownProfileException;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    Path folder;

    private Path file;
    private Plugins plugins;

    @BeforeEach
    void plugins() throws IOException {
        plugins = TestPlugins.good(folder.resolve("plugins"));
        file = folder.resolve("allocator.yaml");
    }

    @Test
    void readsAProfileWithEverything() throws IOException {
        Files.writeString(folder.resolve("id"), "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n");
        Configuration configuration = load("""
                providers:
                  fast: {type: qemu, accel: kvm, token: t}
                setup:
                  ssh:
                    - echo one
                    - {name: restart, run: echo two}
                  one: echo
                profiles:
                  all:
                    provider: fast
                    image: debian.img
                    arch: x86_64
                    cpu: 2
                    memory: 4GiB
                    disk: 20G
                    login: {user: debian, key: id}
                    setup: [echo, {use: ssh}, {name: last, run: echo}, {use: one}, exit 0]
                    readiness: {command: systemctl is-system-running}
                    network: lan
                    ttl: 2h
                    timeout: 1m30s
                    labels: {team: core, number: 1.10}
                    uefi: on
                    grace: 90s
                    args: -nodefaults
                    smbios: {serial: 0o17}
                    cloud-init: {user-data: u, hash: secret}
                    unlock: secret
                """);

        Profile profile = configuration.resolve("all").profile();

        assertThat(profile.provider()).isEqualTo("fast");
        assertThat(profile.image()).contains("debian.img");
        assertThat(profile.arch()).contains("x86_64");
        assertThat(profile.cpu()).hasValue(2);
        assertThat(profile.memory()).contains(DataSize.ofGibibytes(4));
        assertThat(profile.disk()).contains(DataSize.ofGibibytes(20));
        assertThat(profile.login())
                .contains(Credentials.key("debian", Secret.of("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n")));
        assertThat(profile.setup())
                .containsExactly(
                        new SetupStep("step 1", "echo"),
                        new SetupStep("ssh step 1", "echo one"),
                        new SetupStep("restart", "echo two"),
                        new SetupStep("last", "echo"),
                        new SetupStep("one", "echo"),
                        new SetupStep("step 6", "exit 0"));
        assertThat(profile.readiness()).isEqualTo(Readiness.command("systemctl is-system-running"));
        assertThat(profile.network()).contains("lan");
        assertThat(profile.ttl()).contains(Duration.ofHours(2));
        assertThat(profile.timeout()).contains(Duration.ofSeconds(90));
        assertThat(profile.labels()).isEqualTo(Map.of("team", "core", "number", "1.10"));
        assertThat(profile.settings())
                .isEqualTo(Map.of(
                        "uefi",
                        true,
                        "grace",
                        "1m30s",
                        "args",
                        List.of("-nodefaults"),
                        "smbios",
                        Map.of("serial", "0o17"),
                        "cloud-init",
                        Map.of("user-data", "u")));
        assertThat(configuration.resolve("all").settings().secret("unlock")).contains(Secret.of("secret"));
    }

    @Test
    void opensInstancesWithTheirSettings() throws IOException {
        Configuration configuration = load("""
                providers:
                  fast: {type: qemu, accel: kvm}
                  slow: {type: qemu, accel: tcg}
                  qemu:
                """);
        ProviderFactory qemu = plugins.provider("qemu").orElseThrow();

        assertThat(configuration.providers()).containsOnlyKeys("fast", "slow", "qemu");
        ProviderInstance slow = configuration.providers().get("slow");
        assertThat(slow.type()).isEqualTo("qemu");
        assertThat(slow.location()).hasToString(file + ":3:3");
        assertThat(slow.settings(qemu).string("accel")).contains("tcg");
        assertThat(configuration.provider("qemu").orElseThrow().settings(qemu).string("accel"))
                .isEmpty();
    }

    @Test
    void aTypeThatIsNotConfiguredOpensWithDefaults() throws IOException {
        Configuration configuration = load("profiles: {a: {provider: qemu, image: x}}\n");

        assertThat(configuration.providers()).containsOnlyKeys("qemu");
        assertThat(configuration.resolve("a").profile().provider()).isEqualTo("qemu");
        assertThat(configuration.provider("none")).isEmpty();
        assertThatThrownBy(() -> configuration
                        .provider("lxd")
                        .orElseThrow()
                        .settings(plugins.provider("lxd").orElseThrow()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("provider 'lxd' with defaults: provider 'lxd' needs 'socket': LXD's socket");
    }

    @Test
    void theOnlyInstanceOrTypeIsTheDefault() throws IOException {
        assertThat(load("providers: {l: {type: lxd, socket: s}}\nprofiles: {a: {image: x}}\n")
                        .resolve("a")
                        .profile()
                        .provider())
                .isEqualTo("l");
        assertThat(load("profiles: {a: {image: x}}\n").resolve("a").profile().provider())
                .as("lxd is loaded too, but needs settings")
                .isEqualTo("qemu");
        plugins = TestPlugins.onlyQemu(folder.resolve("only"));
        assertThat(load("profiles: {a: {image: x}}\n").resolve("a").profile().provider())
                .isEqualTo("qemu");
    }

    @Test
    void sharesAreFoldersSeenFromTheFile() throws IOException {
        Configuration configuration = load("""
                profiles:
                  base:
                    provider: qemu
                    image: x
                    shares:
                      - {host: src, guest: /mnt/src, readonly: yes}
                      - host: ~/data
                        guest: /data
                      - /tmp/x:/x:ro
                      - .:/y
                  one: {extends: base, shares: ../z:/z}
                  none: {extends: base, shares: ~}
                """);

        assertThat(configuration.resolve("base").profile().shares())
                .containsExactly(
                        new Share(folder.resolve("src"), "/mnt/src", true),
                        new Share(folder.resolve("data"), "/data", false),
                        new Share(Path.of("/tmp/x"), "/x", true),
                        new Share(folder, "/y", false));
        assertThat(configuration.resolve("one").profile().shares())
                .containsExactly(new Share(folder.resolveSibling("z"), "/z", false));
        assertThat(configuration.resolve("none").profile().shares()).isEmpty();
    }

    @Test
    void whatAProfileSaysWinsThenTheLaterOfThoseItExtends() throws IOException {
        Configuration configuration = load("""
                profiles:
                  debian:
                    abstract: true
                    provider: qemu
                    image: debian.img
                    cpu: 1
                    memory: 1GiB
                    login: {user: debian, password: debian}
                    labels: {os: debian, size: small}
                    args: [-a, -b]
                    smbios: {vendor: v}
                    setup: [one, two]
                    readiness: banner
                  big: {abstract: true, cpu: 8, labels: {size: big}}
                  both:
                    extends: [debian, big]
                    labels: {job: x}
                    login: {user: root}
                    args: -c
                    smbios: {serial: s}
                    setup: three
                    readiness: {command: "true"}
                    memory:
                  keyed: {extends: both, login: {key: "-----BEGIN X"}}
                """);

        Profile both = configuration.resolve("both").profile();
        assertThat(both.image()).contains("debian.img");
        assertThat(both.cpu()).hasValue(8);
        assertThat(both.memory()).isEmpty();
        assertThat(both.login()).contains(Credentials.password("root", Secret.of("debian")));
        assertThat(both.labels()).isEqualTo(Map.of("os", "debian", "size", "big", "job", "x"));
        assertThat(both.settings())
                .isEqualTo(Map.of("args", List.of("-c"), "smbios", Map.of("vendor", "v", "serial", "s")));
        assertThat(both.setup()).containsExactly(new SetupStep("step 1", "three"));
        assertThat(both.readiness()).isEqualTo(Readiness.command("true"));
        assertThat(configuration.resolve("keyed").profile().login())
                .contains(Credentials.key("root", Secret.of("-----BEGIN X")));
    }

    @Test
    void namedSectionsAreMergedByNameAndKey() throws IOException {
        Configuration configuration = load("""
                profiles:
                  base:
                    provider: qemu
                    image: x
                    drives:
                      data: {file: d, flags: [a, b], key: k}
                      spare: {file: s}
                  heir:
                    extends: base
                    drives:
                      data: {flags: c}
                      own: {file: o}
                  login: {extends: base, drives: {login: {file: l, key: x}}}
                  again: {extends: login, drives: {login: {key: y}}}
                """);

        CheckedSettings heir = configuration.resolve("heir").settings();
        Settings data = heir.sections("drives").get("data");
        assertThat(heir.sections("drives")).containsOnlyKeys("data", "spare", "own");
        assertThat(data.string("file")).contains("d");
        assertThat(data.list("flags")).containsExactly("c");
        assertThat(data.secret("key")).contains(Secret.of("k"));
        assertThat(data.location("flags").line()).isEqualTo(11);
        assertThat(data.location("file").line()).isEqualTo(6);
        assertThat(configuration.resolve("heir").profile().settings().get("drives"))
                .isEqualTo(Map.of(
                        "data", Map.of("file", "d", "flags", List.of("c")),
                        "spare", Map.of("file", "s"),
                        "own", Map.of("file", "o")));
        assertThat(configuration
                        .resolve("again")
                        .settings()
                        .sections("drives")
                        .get("login")
                        .string("file"))
                .as("a name like a profile's key means nothing")
                .contains("l");
    }

    @Test
    void namedSectionsMayBeSetInCode() throws IOException {
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .environment(Map.of())
                .profile(Profile.named("a", "qemu")
                        .image("x")
                        .setting("drives", Map.of("data", Map.of("file", "d", "key", Secret.of("k"))))
                        .build())
                .profile(Profile.named("b", "qemu")
                        .image("x")
                        .setting("drives", Map.of("data", Map.of("fiel", "d")))
                        .build())
                .build();

        assertThatThrownBy(() -> Configuration.load(options, plugins))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        profile 'b' in code: unknown key 'fiel' in 'drives.data'; did you mean 'file'?
                        profile 'b' in code: 'drives.data' needs 'file': the file""");
        AllocatorOptions good = AllocatorOptions.builder()
                .configSearch(false)
                .environment(Map.of())
                .profile(options.profiles().get(0))
                .build();
        Settings data = Configuration.load(good, plugins)
                .resolve("a")
                .settings()
                .sections("drives")
                .get("data");
        assertThat(data.string("file")).contains("d");
        assertThat(data.secret("key")).contains(Secret.of("k"));
    }

    @Test
    void aCommandMayPrintTheLogIn() throws IOException {
        Configuration configuration = load("""
                profiles:
                  a: {provider: qemu, image: x, login: {command: "pass show $NAME"}}
                  same: {extends: a}
                  other: {extends: a, login: {user: u, password: p}}
                  back: {extends: other, login: {command: b}}
                """);

        assertThat(configuration.resolve("a").loginCommand()).contains("pass show $NAME");
        assertThat(configuration.resolve("a").profile().login()).isEmpty();
        assertThat(configuration.resolve("same").loginCommand()).contains("pass show $NAME");
        assertThat(configuration.resolve("other").loginCommand()).isEmpty();
        assertThat(configuration.resolve("other").profile().login())
                .contains(Credentials.password("u", Secret.of("p")));
        assertThat(configuration.resolve("back").loginCommand()).contains("b");
        assertThat(configuration.resolve("back").profile().login()).isEmpty();
    }

    @Test
    void anAbstractProfileCanOnlyBeExtended() throws IOException {
        Configuration configuration = load("""
                profiles:
                  base: {abstract: true, vm: true}
                  a: {extends: base, provider: lxd}
                """);

        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("a");
        assertThatThrownBy(() -> configuration.resolve("base"))
                .isInstanceOf(UnknownProfileException.class)
                .hasMessage("the profile 'base' is abstract: it can only be extended");
    }

    @Test
    void anInheritedKeyThatTheProviderLacksIsReportedWhereItIs() {
        assertThatThrownBy(() -> load("""
                profiles:
                  base: {abstract: true, uefi: true}
                  a: {extends: base, provider: lxd}
                """))
                .hasMessageStartingWith(file + ":2:26: unknown key 'uefi' in profile 'a'; expected one of vm, ");
    }

    @Test
    void aMissingPluginLetsTheRestWork() throws IOException {
        plugins = TestPlugins.onlyQemu(folder.resolve("only"));
        Configuration configuration = load("""
                providers:
                  far: {type: lxd, soket: s}
                profiles:
                  a: {provider: qemu, image: x}
                  b: {provider: far, image: x, vm: true, cpu: 2}
                  c: {provider: script}
                  d: {provider: qmeu}
                """);

        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("a", "b", "c", "d");
        assertThat(configuration.profiles().get(1).cpu()).hasValue(2);
        assertThat(configuration.resolve("a").profile().image()).contains("x");
        assertThatThrownBy(() -> configuration.resolve("b"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ":5:17: profile 'b' cannot be used: its provider 'far' needs the plugin 'lxd', which"
                        + " is not on the class path (there: qemu)");
        assertThat(configuration.unusable())
                .containsExactly(
                        file + ":5:17: profile 'b' cannot be used: its provider 'far' needs the plugin 'lxd', which"
                                + " is not on the class path (there: qemu)",
                        file + ":6:17: profile 'c' cannot be used: its provider 'script' is not configured, and there"
                                + " is no plugin of that type on the class path (there: qemu)",
                        file + ":7:17: profile 'd' cannot be used: its provider 'qmeu' is not configured, and there is"
                                + " no plugin of that type on the class path (there: qemu); did you mean 'qemu'?");
    }

    @Test
    void aBrokenPluginIsNamedWhenItsProfileIsResolved() throws IOException {
        plugins = TestPlugins.of(
                folder.resolve("broken"),
                Map.of(
                        ProviderFactory.class,
                        List.of(TestPlugins.Qemu.class.getName(), TestPlugins.ThrowingSettings.class.getName())));
        Configuration configuration = load("profiles: {m: {provider: moody}}\n");

        assertThatThrownBy(() -> configuration.resolve("m"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        file + ":1:26: profile 'm' cannot be used: its provider 'moody' has no working plugin: the"
                                + " ProviderFactory " + TestPlugins.ThrowingSettings.class.getName()
                                + " cannot be used: AssertionError: never");
    }

    @Test
    void aMissingKeyFileKeepsOneProfileFromWork() throws IOException {
        Configuration configuration = load("""
                profiles:
                  a: {provider: qemu, image: x}
                  k: {provider: qemu, image: x, login: {user: u, key: ~/none}}
                """);

        assertThat(configuration.profiles()).hasSize(2);
        assertThatThrownBy(() -> configuration.resolve("k"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ":3:55: the private key cannot be used: it does not exist (give the path of a file"
                        + " that 'ssh-keygen' wrote)");
    }

    @Test
    void codeShadowsFiles() throws IOException {
        Files.writeString(file, """
                providers: {q: {type: qemu, accel: kvm}}
                profiles:
                  a: {provider: q, image: from-file}
                  b: {extends: a}
                """);
        AllocatorOptions options = options()
                .provider("q", "qemu", Map.of("accel", "tcg", "token", Secret.of("canary")))
                .profile(Profile.named("a", "q")
                        .image("from-code")
                        .setting("uefi", true)
                        .setting("serial", 7)
                        .setting("args", List.of("-a"))
                        .setting("grace", Duration.ofSeconds(90))
                        .setting("scratch", DataSize.ofGibibytes(1))
                        .setting("cloud-init", Map.of("user-data", Path.of("u"), "hash", "canary"))
                        .build())
                .build();

        Configuration configuration = Configuration.load(options, plugins, folder);

        ResolvedProfile a = configuration.resolve("a");
        assertThat(a.profile().image()).contains("from-code");
        assertThat(a.location()).hasToString("profile 'a' in code");
        assertThat(a.settings().bool("uefi")).contains(true);
        assertThat(a.settings().integer("serial")).contains(7L);
        assertThat(a.settings().list("args")).containsExactly("-a");
        assertThat(a.settings().duration("grace")).contains(Duration.ofSeconds(90));
        assertThat(a.settings().section("cloud-init").orElseThrow().string("user-data"))
                .contains("u");
        assertThat(configuration.base(a.location())).isEqualTo(options.workingDirectory());
        assertThat(configuration.resolve("b").profile().image()).contains("from-file");
        ProviderInstance q = configuration.providers().get("q");
        assertThat(q.location()).hasToString("provider 'q' in code");
        assertThat(q.settings(plugins.provider("qemu").orElseThrow()).string("accel"))
                .contains("tcg");
        assertThat(q.toString() + a).doesNotContain("canary");
    }

    @Test
    void whatIsWrongInCodeIsReportedToo() {
        AllocatorOptions options = options()
                .provider("q", "qemu", Map.of("acel", "tcg"))
                .profile(Profile.named("a", "q")
                        .setting("uefi", "maybe")
                        .setting("args", new Object())
                        .setting("memory", "1GiB")
                        .setting("zzzzzzz", 1)
                        .build())
                .profile(Profile.named("b", "far").image("x").build())
                .build();

        Throwable thrown = catchThrowable(() -> Configuration.load(options, plugins, folder));

        assertThat(((ConfigurationException) thrown).problems())
                .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p)
                                .isEqualTo("provider 'q' in code: unknown key 'acel' in provider 'q'; did you mean"
                                        + " 'accel'?"),
                        p -> assertThat(p)
                                .isEqualTo("profile 'a' in code: 'memory' is no setting of the provider; use the"
                                        + " method of that name"),
                        p -> assertThat(p)
                                .isEqualTo("profile 'a' in code: the value of 'args' is a java.lang.Object; expected"
                                        + " text, a number, true or false, a list or a map"),
                        p -> assertThat(p).isEqualTo("profile 'a' in code: 'uefi' must be true or false, not 'maybe'"),
                        p -> assertThat(p)
                                .startsWith("profile 'a' in code: unknown key 'zzzzzzz' in profile 'a'; expected one"
                                        + " of image, "),
                        p -> assertThat(p)
                                .isEqualTo("profile 'a' in code: profile 'a' needs 'image': the disk to boot"));
    }

    @Test
    void theStoreOfTheOptionsComesFirst() throws IOException {
        Files.writeString(file, "store: {type: etcd, endpoints: one}\n");
        Configuration chosen = Configuration.load(options().store("memory").build(), plugins, folder);
        Configuration same = Configuration.load(options().store("etcd").build(), plugins, folder);

        assertThat(chosen.store().type()).isEqualTo("memory");
        assertThat(chosen.store().node().entries()).isEmpty();
        assertThat(same.store().settings(plugins.store("etcd").orElseThrow()).list("endpoints"))
                .containsExactly("one");
        assertThat(same.store().location()).hasToString(file + ":1:1");
    }

    @Test
    void anUnknownProfileIsAnsweredWithALikelyOne() throws IOException {
        Configuration configuration = load("profiles: {debian-12: {provider: lxd}, ubuntu-24.04: {provider: lxd}}\n");

        assertThatThrownBy(() -> configuration.resolve("debain-12"))
                .isInstanceOf(UnknownProfileException.class)
                .hasMessage("no profile 'debain-12'; did you mean 'debian-12'? (looked in " + file + ")");
        assertThatThrownBy(() -> configuration.resolve("fedora"))
                .hasMessage("no profile 'fedora'; there are debian-12, ubuntu-24.04 (looked in " + file + ")");
        assertThatThrownBy(() -> configuration.resolve("a\nb"))
                .hasMessageStartingWith("no profile 'a…'")
                .message()
                .hasLineCount(1);
    }

    @Test
    void withoutAnyFileItIsSaidHowToMakeOne() {
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(folder)
                .environment(Map.of())
                .build();
        Configuration configuration = Configuration.load(options, plugins, folder);

        assertThatThrownBy(() -> configuration.resolve("debian-12"))
                .isInstanceOf(UnknownProfileException.class)
                .hasMessage("no profile 'debian-12': there is no configuration file; write profiles to "
                        + folder.resolve("allocator.yaml") + ", or name a file with ALLOCATOR_CONFIG");
    }

    @Test
    void anchorsMayHaveAPlaceOfTheirOwn() throws IOException {
        Configuration configuration = load("""
                x-small: &small {cpu: 1, memory: 512MiB}
                profiles:
                  a: {<<: *small, provider: lxd, memory: 1GiB}
                """);

        assertThat(configuration.resolve("a").profile().cpu()).hasValue(1);
        assertThat(configuration.resolve("a").profile().memory()).contains(DataSize.ofGibibytes(1));
    }

    private AllocatorOptions.Builder options() {
        AllocatorOptions.Builder options = AllocatorOptions.builder()
                .workingDirectory(folder)
                .configSearch(false)
                .environment(Map.of("HOME", folder.toString()));
        return Files.exists(file) ? options.configFile(file) : options;
    }

    private Configuration load(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return Configuration.load(options().build(), plugins, folder);
    }
}
