package dev.allocator.core.flow;

import dev.allocator.LeaseId;
import dev.allocator.core.claim.Rooms;
import dev.allocator.core.event.EventBus;
import dev.allocator.core.lease.Discarder;
import dev.allocator.core.lease.Leases;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.lease.RecordedAccess;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.core.spread.SpreadRun;
import dev.allocator.spi.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What allocations work with.
 *
 * @param configuration profiles and provider instances
 * @param loginCommand asks who can log in
 * @param store where secrets go
 * @param leases the records
 * @param rooms room for machines
 * @param providers makers of machines
 * @param discarder ends leases
 * @param logins waits for machines
 * @param attached runs commands in machines that this allocator has handed out, by connections that may be open
 * @param access gets into machines that are ready, of any process
 * @param layout folders
 * @param events listeners
 * @param clock tells the time
 * @param owner this process, whose lock is taken when this is first asked
 * @param spread the run of spread that this process is part of, if it is
 * @param keep what the environment says of when machines are kept
 * @param timer stops what takes too long
 * @param workers run what callers chained to their futures
 * @param patience how long after its deadline a caller waits for a provider that does not stop
 */
public record FlowServices(
        Configuration configuration,
        LoginCommand loginCommand,
        Store store,
        Leases leases,
        Rooms rooms,
        Providers providers,
        Discarder discarder,
        LoginWaiter logins,
        Function<LeaseId, Optional<GuestShell>> attached,
        RecordedAccess access,
        StateLayout layout,
        EventBus events,
        InstantSource clock,
        Supplier<OwnerId> owner,
        Supplier<Optional<SpreadRun>> spread,
        Optional<String> keep,
        ScheduledExecutorService timer,
        Executor workers,
        Duration patience) {}
