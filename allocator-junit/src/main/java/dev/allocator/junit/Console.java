package dev.allocator.junit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/** Where people look who wait for their tests. */
final class Console {

    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private Console() {}

    /** Says what somebody has to know, whatever is done with logs. */
    static void say(String line) {
        System.err.println("[allocator] " + line);
    }

    /** Says what is going on: in the log if there is one. */
    static void progress(String line) {
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
            say(line);
        } else {
            LOG.info("{}", line);
        }
    }
}
