package dev.allocator.example;

import dev.allocator.Allocator;
import dev.allocator.Lease;

/** Allocates a machine, looks inside, and gives it back. */
public final class Embedding {

    private Embedding() {}

    /** Runs it; the argument, if there is one, is the profile. */
    public static void main(String[] args) {
        try (Allocator allocator = Allocator.open();
                Lease lease = allocator.allocate(args.length > 0 ? args[0] : "debian-12")) {
            System.out.print(lease.exec("uname", "-a").orThrow().stdout());
        }
    }
}
