package dev.allocator.testkit;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Is another factory, but keeps the context that the engine gives it. For one {@link #open}. */
final class CapturingFactory implements ProviderFactory {

    private final ProviderFactory factory;
    private final UnaryOperator<ProviderContext> around;
    private @Nullable ProviderContext context;

    /** As a factory, with something between it and its context. */
    CapturingFactory(ProviderFactory factory, UnaryOperator<ProviderContext> around) {
        this.factory = factory;
        this.around = around;
    }

    ProviderContext context() {
        return Objects.requireNonNull(context, "not opened yet");
    }

    @Override
    public String type() {
        return factory.type();
    }

    @Override
    public SettingsSchema settings() {
        return factory.settings();
    }

    @Override
    public SettingsSchema profileSettings() {
        return factory.profileSettings();
    }

    @Override
    public Provider open(ProviderContext given) throws ProviderException {
        context = given;
        return factory.open(around.apply(given));
    }
}
