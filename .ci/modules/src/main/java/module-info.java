/** Needs nothing but the API: engine and providers are found as services. The tests in it are left out of images. */
module com.example.modules {
    requires dev.allocator.api;
    requires static dev.allocator.junit;
    requires static org.junit.jupiter.api;

    exports com.example.modules;
}
