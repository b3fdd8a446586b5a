package dev.allocator.core.ssh;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Gives JSch a connection that exists already. */
record ConnectedSocket(BannerSocket connection) implements SocketFactory {

    @Override
    public Socket createSocket(String host, int port) {
        return connection.socket();
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
        return connection.input();
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
        return connection.output();
    }
}
