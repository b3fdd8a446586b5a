package com.example.modules;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.io.IOException;

/** Allocates a machine of a profile, runs a command in it, if there is one, and keeps it until its standard input ends. */
public final class Program {

    private Program() {}

    public static void main(String[] args) throws IOException {
        if (!Allocator.class.getModule().isNamed()) {
            throw new IllegalStateException("the API is not a module here");
        }
        try (Allocator allocator = Allocator.open();
                Lease lease = allocator.allocate(args[0])) {
            if (args.length > 1) {
                System.out.print(lease.exec(args[1]).orThrow().stdout());
            }
            allocator.health().forEach(System.out::println);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // whatever is typed
            }
        }
    }
}
