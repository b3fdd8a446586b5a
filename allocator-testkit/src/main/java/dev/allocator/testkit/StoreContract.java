package dev.allocator.testkit;

/**
 * What every store of records promises, as tests. The author of one extends the newest version with a factory, and if
 * need be settings; each test opens stores in an empty folder. Versions stay as they are; a later one adds promises.
 * What cannot be checked for want of a hook is aborted, not passed, and says so.
 */
public final class StoreContract {

    private StoreContract() {}

    /** The promises of Allocator 0.1. */
    public abstract static class V1 extends ProcessPromises {

        /** For the author's class. */
        protected V1() {}
    }
}
