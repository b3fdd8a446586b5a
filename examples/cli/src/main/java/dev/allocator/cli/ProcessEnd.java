package dev.allocator.cli;

/** The end of this process, by itself or by a signal. */
interface ProcessEnd {

    /** Runs a task on a thread of its own when the process ends, which waits for it. */
    void whenEnding(Runnable task);

    /** Ends the process as a signal does, with a status; does not return. */
    void exit(int status);

    /** Ends the process at once, whatever status it was about to end with. */
    void now(int status);

    /** The real one. */
    ProcessEnd OF_THIS_PROCESS = new ProcessEnd() {
        @Override
        public void whenEnding(Runnable task) {
            Runtime.getRuntime().addShutdownHook(new Thread(task, "allocator-cli-end"));
        }

        @Override
        public void exit(int status) {
            Runtime.getRuntime().exit(status);
        }

        @Override
        public void now(int status) {
            Runtime.getRuntime().halt(status);
        }
    };
}
