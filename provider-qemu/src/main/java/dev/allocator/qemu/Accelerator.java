package dev.allocator.qemu;

/**
 * How guests run.
 *
 * @param name {@code kvm} or {@code tcg}
 * @param reason why, in words that follow "because"
 * @param fallback whether it is emulation although KVM was looked for
 */
record Accelerator(String name, String reason, boolean fallback) {

    static Accelerator kvm(String reason) {
        return new Accelerator("kvm", reason, false);
    }

    static Accelerator tcg(String reason) {
        return new Accelerator("tcg", reason, false);
    }

    static Accelerator insteadOfKvm(String reason) {
        return new Accelerator("tcg", reason, true);
    }
}
