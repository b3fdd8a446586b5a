package dev.allocator.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says where the {@link Machine machines} of a test class come from, and what happens if they cannot be had or a test fails.
 * Subclasses and nested classes inherit it, unless they have their own.
 *
 * <pre>{@code
 * @Machines(
 *         requires = Requirement.KVM,
 *         whenUnavailable = WhenUnavailable.SKIP,
 *         collectOnFailure = {"journalctl -b", "/var/log/app/"})
 * class UpgradeTest {
 *     @Test
 *     void upgrades(@Machine("debian-12") Lease server) { … }
 * }
 * }</pre>
 *
 * <p><b>If a test fails</b>, the files that are known of each machine that it could use (its console, say), and what
 * {@link #collectOnFailure} names, are published to the folder {@code machines} of the test's output directory, where reports
 * and IDEs find them. If the environment has {@code ALLOCATOR_KEEP=failed}, these machines are kept for two hours when
 * their scope ends, and how to log in is printed; {@code ALLOCATOR_KEEP=always} keeps every machine.
 *
 * <p>Nothing is opened or allocated for tests that are only discovered, or disabled. (A class with one disabled test is no
 * disabled class: JUnit begins it, and so it has the machines that all its tests share.)
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(MachinesExtension.class)
@API(status = Status.EXPERIMENTAL, since = "0.1")
public @interface Machines {

    /**
     * The configuration file, from the working directory, which is the module's folder for Maven and Gradle. Without it,
     * {@code allocator.yaml} is looked for upwards from there, as everywhere.
     */
    String config() default "";

    /** What the providers of the machines must be able to do. */
    Requirement[] requires() default {};

    /** What becomes of tests whose machines this host cannot provide. */
    WhenUnavailable whenUnavailable() default WhenUnavailable.FAIL;

    /**
     * What is collected from each machine of a test that failed: what begins with {@code /} is a file or a folder, which is
     * copied as the lease's user, or packed by {@code tar} as root where that user may not; anything else is a command line for
     * {@code /bin/sh}, run as root. All of it together may take two minutes.
     */
    String[] collectOnFailure() default {};
}
