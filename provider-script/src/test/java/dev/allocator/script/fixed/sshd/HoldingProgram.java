package dev.allocator.script.fixed.sshd;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Gets both hosts, says so, and keeps them until it is killed. */
final class HoldingProgram {

    private HoldingProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of("").toAbsolutePath();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try (Allocator allocator = Allocator.open(Users.options(folder));
                Lease solo = Users.allocate(allocator, "solo");
                Lease any = Users.allocate(allocator, "any")) {
            Users.use(solo, folder);
            Users.use(any, folder);
            out.println("holding");
            int unused = System.in.read(); // which nobody writes to
        }
    }
}
