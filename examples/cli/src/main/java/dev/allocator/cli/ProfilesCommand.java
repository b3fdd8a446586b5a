package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what can be allocated. */
@Command(
        name = "profiles",
        description = "Show the profiles that can be allocated.",
        footerHeading = "%nExample:%n",
        footer = "  allocator profiles --config ci/allocator.yaml")
final class ProfilesCommand implements Runnable {

    private final RootCommand root;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    ProfilesCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            List<Profile> profiles = allocator.profiles();
            root.surroundings().out().print(json ? json(profiles) : table(profiles));
        }
    }

    private String table(List<Profile> profiles) {
        Table table = new Table(List.of("PROFILE", "PROVIDER", "IMAGE"));
        profiles.forEach(profile -> table.add(
                List.of(profile.name(), profile.provider(), profile.image().orElse(Table.NOTHING))));
        return table.write(root.surroundings().colours(), 0, name -> name);
    }

    private static String json(List<Profile> profiles) {
        return Json.write(Map.of(
                        "profiles",
                        profiles.stream().map(ProfilesCommand::fields).toList()))
                + "\n";
    }

    private static Map<String, @Nullable Object> fields(Profile profile) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", profile.name());
        fields.put("provider", profile.provider());
        fields.put("image", profile.image().orElse(null));
        return fields;
    }
}
