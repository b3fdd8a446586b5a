package dev.allocator.junit;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What {@link Machines#requires() tests may require} of the provider of their machines. Releases may add some. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum Requirement {
    /**
     * Virtual machines run at the speed of hardware: the provider's {@linkplain dev.allocator.ProviderHealth#attributes()
     * attribute} {@code accel} is {@code kvm}.
     */
    KVM
}
