package dev.allocator.core.config;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Builds nodes from the parser's events, which unlike composed nodes tell where an alias and a tag were written. For one
 * text, once.
 */
final class YamlTree {

    private static final int DEEPEST = 50;
    private static final long MOST_ALIASED = 100_000;
    private static final String STANDARD = "tag:yaml.org,2002:";

    /** How many nodes there are in a node, itself included, and how deep they nest. */
    private record Extent(long nodes, int depth) {}

    private final SourceText text;
    private final Interpolation interpolation;
    private final Problems problems;
    private final ParserImpl parser;
    private final Map<String, ConfigNode> anchors = new HashMap<>();
    private final Set<String> openAnchors = new HashSet<>();
    private final IdentityHashMap<ConfigNode, Extent> extents = new IdentityHashMap<>();
    private long aliased;

    YamlTree(SourceText text, Interpolation interpolation, Problems problems) {
        this.text = text;
        this.interpolation = interpolation;
        this.problems = problems;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(TextFile.LIMIT);
        this.parser = new ParserImpl(new StreamReader(text.text()), options);
    }

    /**
     * The whole text.
     *
     * @throws UnreadableYamlException if it is too deep or expands to too much
     * @throws org.yaml.snakeyaml.error.YAMLException if it is no YAML
     */
    ConfigNode document() {
        parser.getEvent();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return ConfigNode.section(new Location(text.source(), 1, 1), List.of());
        }
        parser.getEvent();
        ConfigNode root = node(1);
        parser.getEvent();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            problems.add(location(parser.peekEvent()), "a second document starts here; only one is allowed");
        }
        return root.isNull() ? ConfigNode.section(root.location(), List.of()) : root;
    }

    private ConfigNode node(int depth) {
        NodeEvent event = (NodeEvent) parser.getEvent();
        if (depth > DEEPEST) {
            throw new UnreadableYamlException(location(event), "nested deeper than " + DEEPEST + " levels");
        }
        if (event instanceof AliasEvent) {
            return alias(event, depth);
        }
        String anchor = event.getAnchor();
        if (anchor != null) {
            openAnchors.add(anchor);
        }
        ConfigNode node = event instanceof ScalarEvent scalar
                ? scalar(scalar)
                : event.is(Event.ID.SequenceStart) ? list(event, depth) : section(event, depth);
        if (anchor != null) {
            openAnchors.remove(anchor);
            anchors.put(anchor, node);
        }
        return node;
    }

    private ConfigNode alias(NodeEvent event, int depth) {
        String name = event.getAnchor();
        Location location = location(event);
        ConfigNode target = anchors.get(name);
        if (openAnchors.contains(name)) {
            problems.add(location, "the alias *" + name + " contains itself");
            target = null;
        } else if (target == null) {
            problems.add(location, "there is no anchor &" + name + " above", name, anchors.keySet());
        }
        if (target == null) {
            return unknown(location, "*" + name);
        }
        Extent extent = extents.getOrDefault(target, new Extent(1, 1));
        aliased += extent.nodes();
        if (aliased > MOST_ALIASED || depth + extent.depth() > DEEPEST + 1) {
            throw new UnreadableYamlException(
                    location,
                    aliased > MOST_ALIASED
                            ? "the aliases up to here expand to more than " + MOST_ALIASED + " values"
                            : "with the alias *" + name + " nested deeper than " + DEEPEST + " levels");
        }
        return target;
    }

    private ConfigNode scalar(ScalarEvent event) {
        refuseTag(event, event.getTag(), "str");
        String source = event.getValue();
        Location location = location(event);
        List<String> mistakes = new ArrayList<>();
        String value = interpolation.apply(source, (words, what) -> {
            mistakes.add(what);
            problems.add(text.find(words, event.getStartMark()), what);
        });
        if (!mistakes.isEmpty()) {
            return unknown(location, source);
        }
        // A password that happens to be "null" or "~" is one; an interpolation that yields nothing is nothing.
        boolean quoted = !event.isPlain() || (!value.equals(source) && !value.isEmpty());
        return measured(ConfigNode.scalar(location, value, source, quoted), List.of());
    }

    /** Stands for a value that could not be found out, so that nothing else is said about it. */
    private ConfigNode unknown(Location location, String source) {
        problems.settle(location);
        return measured(ConfigNode.scalar(location, source, source, true), List.of());
    }

    private ConfigNode list(NodeEvent event, int depth) {
        refuseTag(event, ((CollectionStartEvent) event).getTag(), "seq");
        List<ConfigNode> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(depth + 1));
        }
        parser.getEvent();
        return measured(ConfigNode.list(location(event), items), items);
    }

    private ConfigNode section(NodeEvent event, int depth) {
        refuseTag(event, ((CollectionStartEvent) event).getTag(), "map");
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<ConfigNode> merged = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            boolean merge = parser.peekEvent() instanceof ScalarEvent key
                    && key.isPlain()
                    && key.getValue().equals("<<");
            Location location = location(parser.peekEvent());
            ConfigNode key = node(depth + 1);
            ConfigNode value = node(depth + 1);
            if (key.kind() != Kind.SCALAR || key.isNull()) {
                problems.add(location, "a key must be a text");
                continue;
            }
            String name = key.source();
            Entry first = entries.putIfAbsent(name, new Entry(name, location, value));
            if (first != null) {
                problems.add(
                        location,
                        merge
                                ? "a second '<<'; write <<: [*a, *b] instead"
                                : "the key " + Problems.quote(name) + " is given twice, first at " + first.location());
            } else if (merge) {
                merged.add(value);
            }
        }
        parser.getEvent();
        List<Entry> all =
                merged.isEmpty() ? List.copyOf(entries.values()) : new MergeKey(problems).merge(entries, merged.get(0));
        return measured(
                ConfigNode.section(location(event), all),
                all.stream().map(Entry::value).toList());
    }

    private ConfigNode measured(ConfigNode node, List<ConfigNode> children) {
        long nodes = 1;
        int depth = 0;
        for (ConfigNode child : children) {
            Extent extent = extents.getOrDefault(child, new Extent(1, 1));
            nodes += extent.nodes();
            depth = Math.max(depth, extent.depth());
        }
        extents.put(node, new Extent(nodes, depth + 1));
        return node;
    }

    private void refuseTag(NodeEvent event, @Nullable String tag, String allowed) {
        if (tag != null && !tag.equals("!") && !tag.equals(STANDARD + allowed)) {
            String written = tag.startsWith(STANDARD) ? "!!" + tag.substring(STANDARD.length()) : tag;
            problems.add(location(event), "the tag " + Problems.quote(written) + " is not allowed; remove it");
            problems.settle(location(event));
        }
    }

    private Location location(Event event) {
        return text.at(event.getStartMark());
    }
}
