package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a plan promises. */
abstract class PlanPromises extends FactoryPromises {

    private static final int MOST_BYTES = 4096;

    /** {@code Provider.plan}: checks all that can be checked without creating anything. */
    @Test
    protected void planningCreatesNothing() throws Exception {
        MachinePlan plan = plan();
        assertThat(plan.spec().id())
                .as(SpiSentence.PLAN.broken("the plan's spec"))
                .isEqualTo(plan.ref().machine());
        assertThat(visible(plan.ref().machine()))
                .as(SpiSentence.PLAN.broken("something exists after planning"))
                .isEmpty();
        assertThat(stateFiles())
                .as(SpiSentence.PLAN.broken("planning made files"))
                .isEmpty();
        if (can(Capability.LIST)) {
            assertThat(found(bench.provider(), plan.ref().machine()))
                    .as(SpiSentence.PLAN.broken("list() finds a machine that was only planned"))
                    .isEmpty();
        }
        assertThat(bench.provider().check(plan.ref()).state())
                .as(SpiSentence.GONE.broken("check() of a machine that was only planned"))
                .isEqualTo(State.GONE);
    }

    /** {@code MachineRef}: all that is needed to find and destroy a machine; a plan already has it. */
    @Test
    protected void theRefIsCompleteFromThePlanOn() throws Exception {
        MachineSpec spec = bench.spec();
        MachineRef ref = remember(bench.provider().plan(spec)).ref();
        assertThat(ref.machine())
                .as(SpiSentence.REF.broken("the ref's machine"))
                .isEqualTo(spec.id());
        assertThat(ref.provider())
                .as(SpiSentence.REF.broken("the ref's provider is not the name of the instance"))
                .isEqualTo(bench.context().instance());
        assertThat(another().provider().plan(spec).ref())
                .as(SpiSentence.PLAN_NAMES.broken("another process plans other names for the same machine"))
                .isEqualTo(ref);
        assertThat(another().provider().check(ref).state())
                .as(SpiSentence.REF.broken("another process does not understand the ref"))
                .isEqualTo(State.GONE);
    }

    /** {@code MachineRef}: it is kept in a record, so it is small and plain text. */
    @Test
    protected void theRefFitsIntoARecord() throws Exception {
        assertFitsIntoARecord(plan().ref());
    }

    static void assertFitsIntoARecord(MachineRef ref) throws IOException {
        ObjectMapper json = new ObjectMapper();
        byte[] text = json.writeValueAsString(ref.data()).getBytes(StandardCharsets.UTF_8);
        Map<String, String> back = json.readValue(text, new TypeReference<>() {});
        assertThat(new MachineRef(ref.provider(), ref.machine(), back))
                .as(SpiSentence.REF.broken("the ref does not survive being written as JSON"))
                .isEqualTo(ref);
        assertThat(text.length)
                .as(SpiSentence.REF.broken("the ref's data has more than " + MOST_BYTES + " bytes of JSON"))
                .isLessThanOrEqualTo(MOST_BYTES);
    }

    /** {@code MachineSpec.id}: all names outside derive from it, so two machines never share one. */
    @Test
    protected void namesDeriveFromTheMachineId() throws Exception {
        MachineRef one = plan().ref();
        MachineRef two = plan().ref();
        if (one.data().isEmpty()) {
            assertThat(two.data()).isEmpty();
            return; // the id is the name
        }
        assertThat(two.data())
                .as(SpiSentence.SPEC_ID.broken("two machines have the same names"))
                .isNotEqualTo(one.data());
        assertThat(two.data().toString().replace(two.machine().value(), "ID"))
                .as(SpiSentence.SPEC_ID.broken(
                        "names of two machines of one profile differ in something else than the machine's id"))
                .satisfiesAnyOf(
                        names -> assertThat(names)
                                .isEqualTo(one.data()
                                        .toString()
                                        .replace(one.machine().value(), "ID")),
                        names -> assertThat(namesOfSameIdAreTheSame(two.machine()))
                                .isTrue());
    }

    /** A name may also be made of parts or a hash of the id; then it is at least always the same. */
    private boolean namesOfSameIdAreTheSame(MachineId id) throws Exception {
        MachineRef first =
                remember(bench.provider().plan(bench.spec(id, false))).ref();
        MachineRef second = another().provider().plan(bench.spec(id, false)).ref();
        return first.equals(second);
    }

    /** {@code MachinePlan}: claims are amounts by resource class, the description is one line for people. */
    @Test
    protected void aPlanSaysWhatItTakes() throws Exception {
        MachinePlan plan = plan();
        assertSentence(plan.description(), SpiSentence.PLAN, "the plan's description");
        plan.claims().forEach((resource, amount) -> {
            assertThat(resource)
                    .as(SpiSentence.PLAN.broken("a resource class is written LIKE_THIS"))
                    .matches("[A-Z][A-Z0-9_]*");
            assertThat(amount)
                    .as(SpiSentence.PLAN.broken("the claim of " + resource))
                    .isNotNegative();
        });
    }

    /** {@code Place}: places have names of their own, and amounts by resource class. */
    @Test
    protected void placesAreApart() throws Exception {
        MachinePlan plan = plan();
        assertThat(plan.places().stream().map(Place::name))
                .as(SpiSentence.PLACE.broken("two places have the same name"))
                .doesNotHaveDuplicates();
        for (Place place : plan.places()) {
            place.capacity()
                    .forEach((resource, amount) -> assertThat(amount)
                            .as(SpiSentence.PLACE.broken("the capacity of " + place.name() + " in " + resource))
                            .isNotNegative());
        }
    }

    /** {@code Provider.plan} throws if such a machine cannot be made here, and says why. */
    @Test
    protected void whatCannotBeMadeIsRefused() throws Exception {
        Profile impossible = require(impossibleProfile(), "impossibleProfile()");
        ProviderBench on = open(describe(impossible, settings()));
        MachineSpec spec = on.spec();
        Throwable refusal = catchThrowable(() -> on.provider().plan(spec));
        assertThat(refusal)
                .as(SpiSentence.PLAN_REFUSES.broken("a machine was planned that cannot be made"))
                .isNotNull();
        assertClear(refusal);
        assertThat(visible(spec.id()))
                .as(SpiSentence.PLAN.broken("something exists"))
                .isEmpty();
    }

    /** The files below the state directory. */
    List<Path> stateFiles() throws IOException {
        if (!Files.isDirectory(bench.stateDirectory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(bench.stateDirectory())) {
            return files.filter(file -> !Files.isDirectory(file)).toList();
        }
    }
}
