package dev.allocator.junit;

import dev.allocator.AllocationRequest;
import dev.allocator.AllocatorException;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The machines of one test, or those that the tests of one class share. JUnit closes it with the store that it is in, so that
 * its machines end however tests do. Safe for many threads: tests that run at the same time share their class's.
 */
final class MachineSet implements AutoCloseable {

    private static final Duration KEPT = Duration.ofHours(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ExtensionContext context;
    private final String title;
    private final Optional<MachineSet> outer;
    private final Scope scope;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Held> owned = new LinkedHashMap<>();
    private final Map<String, Held> used = new LinkedHashMap<>();
    private final Map<String, String> networks = new HashMap<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile boolean complete;

    /**
     * @param context whose machines these are
     * @param title what it is called in messages
     * @param outer those of the class of a test, or of the class that a class is nested in
     * @param reserved the networks that machines of this set will be in, so that narrower ones join these
     */
    MachineSet(
            ExtensionContext context,
            String title,
            Scope scope,
            Optional<MachineSet> outer,
            Collection<String> reserved) {
        this.context = context;
        this.title = title;
        this.scope = scope;
        this.outer = outer;
        reserved.forEach(this::network);
    }

    String title() {
        return title;
    }

    /**
     * Sees to it that all of these are there, which are in use here from now on.
     *
     * @throws RuntimeException if one of them cannot be had; those of this set's scope are had together or not at all
     */
    void use(List<Declaration> declarations) {
        lockInterruptibly();
        try {
            List<Declaration> missing = declarations.stream()
                    .filter(declaration -> !used.containsKey(declaration.key()))
                    .toList();
            Map<Declaration, CompletableFuture<Held>> ofRun = new LinkedHashMap<>();
            for (Declaration declaration : of(Scope.RUN, missing)) {
                Run run = Run.of(declaration.settings(), context);
                Availability.require(declaration, run);
                ofRun.put(declaration, run.machine(declaration));
                declaration.network().ifPresent(network -> networks.putIfAbsent(network, run.network(network)));
            }
            if (scope == Scope.METHOD) {
                MachineSet ofClass = outer.orElseThrow();
                for (Held held : ofClass.own(of(Scope.CLASS, missing))) {
                    used.put(held.declaration().key(), held);
                }
            }
            for (Held held : own(of(scope, missing))) {
                used.put(held.declaration().key(), held);
            }
            for (Map.Entry<Declaration, CompletableFuture<Held>> machine : ofRun.entrySet()) {
                used.put(machine.getKey().key(), await(machine.getKey(), machine.getValue()));
            }
            complete = true;
        } finally {
            lock.unlock();
        }
    }

    private static List<Declaration> of(Scope scope, List<Declaration> declarations) {
        return declarations.stream()
                .filter(declaration -> declaration.scope() == scope)
                .toList();
    }

    private static Held await(Declaration declaration, CompletableFuture<Held> machine) {
        try {
            return Aside.call("waiting for '" + declaration.label() + "'", machine::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? Availability.translate(cause, declaration) : e;
        }
    }

    /** Those machines of this set's scope, of which what is missing is made. */
    private List<Held> own(List<Declaration> declarations) {
        lockInterruptibly();
        try {
            Map<String, Declaration> missing = new LinkedHashMap<>();
            for (Declaration declaration : declarations) {
                if (findOwned(declaration.key()).isEmpty()) {
                    missing.putIfAbsent(declaration.key(), declaration);
                }
            }
            Map<Run, List<Declaration>> runs = new LinkedHashMap<>();
            for (Declaration declaration : missing.values()) {
                Run run = Run.of(declaration.settings(), context);
                Availability.require(declaration, run);
                runs.computeIfAbsent(run, key -> new ArrayList<>()).add(declaration);
            }
            for (Map.Entry<Run, List<Declaration>> run : runs.entrySet()) {
                allocate(run.getKey(), run.getValue());
            }
            return declarations.stream()
                    .map(declaration -> findOwned(declaration.key()).orElseThrow())
                    .distinct()
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** What a nested class declares may be its enclosing class's. */
    private Optional<Held> findOwned(String key) {
        Held held = owned.get(key);
        return held != null || scope == Scope.METHOD
                ? Optional.ofNullable(held)
                : outer.flatMap(enclosing -> enclosing.findOwned(key));
    }

    private void allocate(Run run, List<Declaration> declarations) {
        List<AllocationRequest> requests = declarations.stream()
                .map(declaration ->
                        declaration.request(title, declaration.network().map(this::network)))
                .toList();
        List<Lease> leases;
        try {
            leases = Aside.call(
                    "allocating the machines of " + title, () -> run.allocator().allocateAll(requests));
        } catch (RuntimeException e) {
            throw Availability.translate(e, declarations.get(0));
        }
        for (int i = 0; i < leases.size(); i++) {
            Declaration declaration = declarations.get(i);
            owned.put(
                    declaration.key(),
                    new Held(
                            declaration,
                            run,
                            leases.get(i),
                            declaration.network().map(this::network)));
        }
    }

    /** What a network is called outside: as for machines of wider scope that are in it, else as for nobody else. */
    private String network(String name) {
        String known = networks.get(name);
        if (known == null) {
            known = outer.flatMap(wider -> wider.knownNetwork(name)).orElseGet(() -> Run.privateNetwork(name));
            networks.put(name, known);
        }
        return known;
    }

    private Optional<String> knownNetwork(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(networks.get(name)).or(() -> outer.flatMap(wider -> wider.knownNetwork(name)));
        } finally {
            lock.unlock();
        }
    }

    private void lockInterruptibly() {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AllocatorException("interrupted while another test makes the machines of " + title, e);
        }
    }

    /** The machine that a declaration means; one that nobody could know of before is made now. */
    Held require(Declaration declaration) {
        return find(declaration).orElseGet(() -> {
            use(List.of(declaration));
            return find(declaration).orElseThrow();
        });
    }

    /** The machine that a declaration means, if it is there. */
    Optional<Held> find(Declaration declaration) {
        lock.lock();
        try {
            return Optional.ofNullable(used.get(declaration.key()))
                    .or(() -> outer.flatMap(wider -> wider.find(declaration)));
        } finally {
            lock.unlock();
        }
    }

    /** The machines in use here, those of the classes around included. */
    Collection<Held> all() {
        Set<Held> all = new LinkedHashSet<>();
        lock.lock();
        try {
            all.addAll(used.values());
        } finally {
            lock.unlock();
        }
        outer.ifPresent(wider -> all.addAll(wider.all()));
        return all;
    }

    /** Whether what was asked for first is there. */
    boolean isComplete() {
        return complete;
    }

    /** Whether nobody has asked this before. */
    boolean failsFirst() {
        return failed.compareAndSet(false, true);
    }

    /** Called once, by the store, when the context has ended. */
    @Override
    public void close() {
        Evidence.ofContext(context, this);
        end(owned.values());
    }

    /** Destroys them at once, or keeps them if that is wanted. */
    static void end(Collection<Held> machines) {
        Aside.all(
                "ending a machine",
                machines.stream().map(held -> (Runnable) () -> end(held)).toList(),
                PATIENCE);
    }

    private static void end(Held held) {
        Lease lease = held.lease();
        try {
            if (held.run().keeps(lease, held.failed())) {
                Console.say(lease.info().labels().get("test") + ": '"
                        + held.declaration().label() + "': " + lease.keep(KEPT));
            } else {
                lease.close();
            }
        } catch (LeaseEndedException e) {
            Console.progress("machine '" + held.declaration().label() + "' had ended already");
        } catch (AllocatorException e) { // its record is kept, and it is tried again
            Console.say("machine '" + held.declaration().label() + "' cannot be ended now: " + e.getMessage());
        }
    }
}
