package dev.allocator.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A machine for a test: on a parameter of a constructor, a test or a life-cycle method, or on a field, of type
 * {@link dev.allocator.Lease}.
 *
 * <pre>{@code
 * @Machines
 * class UpgradeTest {
 *
 *     @Machine(value = "debian-12", scope = Scope.CLASS)
 *     static Lease repository;
 *
 *     @Test
 *     void upgrades(
 *             @Machine(value = "debian-12", name = "server", network = "lan") Lease server,
 *             @Machine(value = "debian-12", name = "client", network = "lan") Lease client) {
 *         client.exec("ping", "-c", "1", "server").orThrow();
 *     }
 * }
 * }</pre>
 *
 * <p>Machines of one test boot in parallel, and so do those of one class. All of them are destroyed by JUnit, however tests end.
 *
 * <p>On an annotation of your own, it is as if it were there:
 *
 * <pre>{@code
 * @Machine(value = "debian-12", scope = Scope.RUN)
 * @Target({ElementType.FIELD, ElementType.PARAMETER})
 * @Retention(RetentionPolicy.RUNTIME)
 * @interface Database {}
 * }</pre>
 *
 * <p>A field may be private, but not final; a static one needs scope {@link Scope#CLASS} or {@link Scope#RUN}, and so does a
 * parameter of {@code @BeforeAll} and {@code @AfterAll}. It has its value before {@code @BeforeAll} (static) or
 * {@code @BeforeEach}. Parameters come after those of a {@code @ParameterizedTest}, as JUnit demands. A constructor's
 * machine is made for disabled tests, too, as JUnit constructs their classes: prefer a field.
 */
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(MachinesExtension.class)
@API(status = Status.EXPERIMENTAL, since = "0.1")
public @interface Machine {

    /** The profile, such as {@code debian-12}. */
    String value();

    /**
     * The machine's host name, by which the others of its network reach it; lower-case letters, digits and hyphens.
     *
     * <p>It also says that two declarations of the same scope mean the same machine, such as the parameters of a
     * {@code @BeforeEach} method and of a test; they must agree in everything else. Without a name, each field and each
     * parameter has a machine of its own, except that there is one machine without a name for each profile in scope
     * {@link Scope#RUN}.
     */
    String name() default "";

    /**
     * The network to join. It is private to those tests that can have its machines: machines of another test, class or JVM are
     * in other networks, whatever these are called. Machines of wider scope bring theirs along: a test's machine in the
     * network {@code lan} meets the class's machine in {@code lan}.
     */
    String network() default "";

    /** How long it lives, and who shares it. */
    Scope scope() default Scope.METHOD;

    /**
     * When it ends at the latest, counted from when it is ready, such as {@code 2h}. Without it, when its scope does, or its
     * profile's {@code ttl} is over: you may stop in a debugger.
     */
    String ttl() default "";
}
