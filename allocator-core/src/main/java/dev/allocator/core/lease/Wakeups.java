package dev.allocator.core.lease;

/** Makes sure that leases without a living owner are looked at in time, although no process of ours may run then. */
public interface Wakeups {

    /** For stores that no other process sees. */
    Wakeups NONE = new Wakeups() {
        @Override
        public void set(Wakeup wakeup) {}

        @Override
        public void clear(Wakeup wakeup) {}
    };

    /** Makes sure of it, durably; called before the change of the record that needs it. */
    void set(Wakeup wakeup);

    /** Takes it back; called after the change of the record. One that was never set is fine. */
    void clear(Wakeup wakeup);
}
