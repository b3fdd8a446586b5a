package dev.allocator.qemu.image;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The proxies of {@code https_proxy}, {@code http_proxy} and {@code no_proxy}, also in upper case, as curl(1) has them. Where
 * they name none, the JDK's system properties decide ({@code https.proxyHost} and so on).
 */
final class ProxyVariables extends ProxySelector {

    private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");
    private static final int DEFAULT_PORT = 80;

    private final Map<String, String> environment;

    ProxyVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(URI address) {
        Optional<InetSocketAddress> proxy = proxy(address);
        if (proxy.isPresent()) {
            return List.of(new Proxy(Proxy.Type.HTTP, proxy.get()));
        }
        ProxySelector properties = ProxySelector.getDefault();
        return properties == null ? List.of(Proxy.NO_PROXY) : properties.select(address);
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // Whoever connects is told, too.
    }

    /** The proxy that the variables name for an address. */
    Optional<InetSocketAddress> proxy(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        boolean excepted = variable("no_proxy").stream()
                .flatMap(list -> SEPARATORS.splitAsStream(list))
                .filter(name -> !name.isEmpty())
                .map(name -> name.startsWith(".") ? name.substring(1) : name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals("*") || host.equals(name) || host.endsWith("." + name));
        return excepted
                ? Optional.empty()
                : variable(address.getScheme() + "_proxy").flatMap(ProxyVariables::address);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }

    private static Optional<InetSocketAddress> address(String value) {
        try {
            URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
            int port = proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
            return Optional.ofNullable(proxy.getHost()).map(host -> new InetSocketAddress(host, port));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not shown, as it may hold a password
        }
    }
}
