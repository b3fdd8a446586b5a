package dev.allocator.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The files {@code ended/DATE.jsonl}, a day each (UTC), of lines {@code {"at":"…","value":…}}. */
final class HistoryFiles {

    /** A line of a day's last second is kept for seven days, and its file with it. */
    private static final int DAYS_KEPT = 7;

    private static final String SUFFIX = ".jsonl";
    private static final String START = "{\"at\":\"";
    private static final String MIDDLE = "\",\"value\":";
    private static final String END = "}";

    private final Path folder;
    private final InstantSource clock;

    HistoryFiles(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    private record Line(Instant at, String json) {}

    /** Adds a line, durably. Needs the lock. */
    void append(Instant at, String json) throws IOException {
        PrivateFiles.createFolder(folder);
        Path file = folder.resolve(day(at) + SUFFIX);
        boolean created = !Files.exists(file);
        try (FileChannel channel =
                PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            String line = (endsInLine(channel, end) ? "\n" : "") + START + at + MIDDLE + json + END + "\n";
            try {
                PrivateFiles.write(channel, line.getBytes(StandardCharsets.UTF_8), end);
                channel.force(false);
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        }
        if (created) {
            PrivateFiles.sync(folder);
        }
        prune();
    }

    /** The lines since then, oldest first. */
    List<String> since(Instant since) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Path file : days().tailMap(day(since.isBefore(Instant.EPOCH) ? Instant.EPOCH : since), true)
                .values()) {
            String text = new String(PrivateFiles.read(file).orElse(new byte[0]), StandardCharsets.UTF_8);
            text.lines().forEach(line -> parse(line).ifPresent(lines::add));
        }
        return lines.stream()
                .filter(line -> !line.at().isBefore(since))
                .sorted(Comparator.comparing(Line::at))
                .map(Line::json)
                .toList();
    }

    /** Removes the files of days that are long past. */
    void prune() throws IOException {
        LocalDate oldest = day(clock.instant()).minusDays(DAYS_KEPT);
        for (Map.Entry<LocalDate, Path> file : days().headMap(oldest, false).entrySet()) {
            Files.deleteIfExists(file.getValue());
        }
    }

    private NavigableMap<LocalDate, Path> days() throws IOException {
        NavigableMap<LocalDate, Path> days = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                parseDay(name.substring(0, name.length() - SUFFIX.length())).ifPresent(day -> days.put(day, file));
            }
        } catch (NoSuchFileException e) {
            return days; // Nothing has ended yet.
        }
        return days;
    }

    /** Whether the last line lacks its end, as its writer died. */
    private static boolean endsInLine(FileChannel channel, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
    }

    private static Optional<Line> parse(String line) {
        int middle = line.indexOf(MIDDLE);
        if (!line.startsWith(START) || middle < 0 || !line.endsWith(END)) {
            return Optional.empty();
        }
        String json = line.substring(middle + MIDDLE.length(), line.length() - END.length());
        try {
            Instant at = Instant.parse(line.substring(START.length(), middle));
            return JsonText.isObject(json) ? Optional.of(new Line(at, json)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty(); // Damaged; the other lines count.
        }
    }

    private static Optional<LocalDate> parseDay(String name) {
        try {
            return Optional.of(LocalDate.parse(name));
        } catch (DateTimeException e) {
            return Optional.empty(); // Not ours.
        }
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
