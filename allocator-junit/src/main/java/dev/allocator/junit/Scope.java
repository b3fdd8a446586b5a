package dev.allocator.junit;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** How long a {@link Machine} lives, and who shares it. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum Scope {
    /**
     * Each test has a machine of its own, and so has each invocation of a repeated or parameterized test; the dynamic tests
     * of one factory share one. It is there before the first {@code @BeforeEach} and destroyed after the last
     * {@code @AfterEach}.
     */
    METHOD,
    /**
     * The tests of one class share a machine, those of its nested classes included. It is there before the first
     * {@code @BeforeAll} and destroyed after the last {@code @AfterAll}. A subclass has a machine of its own.
     */
    CLASS,
    /**
     * All tests of one JVM that ask for the same machine with the same {@link Machines#config()} share it: the first of them
     * makes it, and it is destroyed when JUnit's launcher session ends.
     */
    RUN
}
