package dev.allocator.core.readiness;

import dev.allocator.AllocatorException;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;

/**
 * Through a machine's provider, which needs neither its network nor its SSH server. Everything runs as root.
 *
 * @param provider one that can run commands in its machines
 * @param machine which of them
 */
public record ProviderShell(Provider provider, MachineRef machine) implements GuestShell {

    @Override
    public ExecResult run(Command command) {
        try {
            return provider.exec(machine, command.asRoot());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MachineAccessException("interrupted while " + what(command) + " ran", e);
        } catch (ProviderException e) {
            throw new MachineAccessException("cannot run " + what(command) + ": " + e.getMessage(), e);
        } catch (AllocatorException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MachineAccessException("cannot run " + what(command) + ": unexpected " + e, e);
        }
    }

    private String what(Command command) {
        return "'" + command.words().get(0) + "' in machine " + machine.machine() + " through provider '"
                + machine.provider() + "'";
    }
}
