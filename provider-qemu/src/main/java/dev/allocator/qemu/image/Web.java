package dev.allocator.qemu.image;

import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks web servers. Made for one download, by one thread, and closed after it; costs nothing until it is asked. */
final class Web implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration SHORT_ANSWER = Duration.ofSeconds(30);
    private static final int MOST_TEXT = 4 << 20;

    private final ProxyVariables proxies;
    private final ExecutorService threads;
    private @Nullable HttpClient client;

    Web(Map<String, String> environment) {
        this.proxies = new ProxyVariables(environment);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "allocator-image-download");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Each client has a thread of its own, which most machines do not need as their image is here. */
    private HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1) // ranges and broken connections are plainest there
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(CONNECT)
                    .proxy(proxies)
                    .executor(threads)
                    .build();
            client = made;
        }
        return made;
    }

    /** A small text, such as a checksum file. */
    String text(URI address, Deadline deadline) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        CompletableFuture<HttpResponse<byte[]>> answer = client().sendAsync(request, info -> new SmallBody(MOST_TEXT));
        HttpResponse<byte[]> response;
        try {
            response = answer.get(deadline.atMost(SHORT_ANSWER).remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new WebException(unreachable(address, "no answer in time"), false, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SmallBody.TooLargeException) {
                throw new WebException(RemoteImage.shown(address) + " is too large to be a checksum file", true, e);
            }
            throw failure(address, e);
        } finally {
            answer.cancel(true);
        }
        requireFound(address, response.statusCode());
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Starts a request. */
    <T> CompletableFuture<HttpResponse<T>> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        return client().sendAsync(request, body);
    }

    /** Throws unless the status says that the file is here. */
    static void requireFound(URI address, int status) throws WebException {
        if (status == 404 || status == 410) {
            throw new WebException(
                    RemoteImage.shown(address) + " does not exist (the server answers " + status + ")", true);
        }
        if (status != 200 && status != 206) {
            boolean passing = status >= 500 || status == 408 || status == 429;
            throw new WebException(
                    "the server of " + RemoteImage.shown(address) + " answers with status " + status, !passing);
        }
    }

    /** What failed, as a sentence. */
    WebException failure(URI address, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof WebException known
                ? known
                : new WebException(unreachable(address, why(cause)), false, cause);
    }

    private static String why(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "its host name is not known";
            }
        }
        if (failure instanceof ConnectException && failure.getMessage() == null) {
            return "no connection";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private String unreachable(URI address, String why) {
        String way = proxies.proxy(address)
                .map(proxy -> "through the proxy " + proxy.getHostString() + ":" + proxy.getPort() + " of "
                        + address.getScheme() + "_proxy")
                .orElse("without a proxy (" + address.getScheme() + "_proxy, no_proxy and the JDK's "
                        + address.getScheme() + ".proxyHost are heeded)");
        return "cannot get " + RemoteImage.shown(address) + ": " + why + "; tried " + way;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
