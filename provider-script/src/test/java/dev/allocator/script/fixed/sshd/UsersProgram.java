package dev.allocator.script.fixed.sshd;

import dev.allocator.Allocator;
import java.nio.file.Path;

/** So many users as its argument says, in the folder that it is started in. */
final class UsersProgram {

    private UsersProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of("").toAbsolutePath();
        try (Allocator allocator = Allocator.open(Users.options(folder))) {
            Users.many(allocator, folder, Integer.parseInt(arguments[0]));
        }
    }
}
