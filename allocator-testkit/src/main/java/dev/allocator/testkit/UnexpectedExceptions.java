package dev.allocator.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Says of an exception that no provider should throw which promise it breaks. */
final class UnexpectedExceptions implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext test, Throwable thrown) throws Throwable {
        if (thrown instanceof RuntimeException && !(thrown instanceof TestAbortedException)) {
            throw new AssertionError(SpiSentence.ERRORS.brokenBy(test.getDisplayName() + " met " + thrown), thrown);
        }
        throw thrown;
    }
}
