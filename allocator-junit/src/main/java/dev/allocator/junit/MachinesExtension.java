package dev.allocator.junit;

import dev.allocator.Lease;
import java.util.Optional;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives tests the machines that they {@link Machine declare}. It only says when: a class's machines before the first of its
 * instances or its {@code @BeforeAll}, a test's before its {@code @BeforeEach} or, if that has some, its constructor; not
 * while a parameter is resolved, where JUnit takes what is skipped for a failure. They end with JUnit's stores.
 */
final class MachinesExtension
        implements BeforeAllCallback,
                TestInstancePreConstructCallback,
                TestInstancePostProcessor,
                BeforeEachCallback,
                AfterTestExecutionCallback,
                InvocationInterceptor,
                ParameterResolver {

    /** A test's own instance is made with the test's context, whose store its machines are in. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        MachineSet machines = MachineSets.ofClass(context);
        Injection.intoClass(context.getRequiredTestClass(), Settings.ofTestClass(context), machines);
    }

    /** JUnit also makes the instances of tests that turn out to be disabled, which should have no machines if possible. */
    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            MachineSets.ofClass(context);
        } else if (Declarations.doConstructorsNeedMachines(Settings.of(context))) {
            MachineSets.of(context);
        }
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) {
        Injection.intoInstance(
                instance, Settings.ofTestClass(context), MachineSets.ofClass(context), scope -> scope != Scope.METHOD);
    }

    /** Before the test's {@code @BeforeEach} methods. The instance may be one for all tests. */
    @Override
    public void beforeEach(ExtensionContext context) {
        MachineSet machines = MachineSets.of(context);
        Settings settings = Settings.ofTestClass(context);
        boolean instanceIsShared = context.getTestInstanceLifecycle().equals(Optional.of(Lifecycle.PER_CLASS))
                && context.getExecutionMode() == ExecutionMode.CONCURRENT
                && context.getConfigurationParameter("junit.jupiter.execution.parallel.enabled", Boolean::valueOf)
                        .orElse(false);
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            if (instanceIsShared) {
                Declarations.requireNoFieldsOfTests(instance.getClass(), settings);
            }
            Injection.intoInstance(instance, settings, machines, scope -> scope == Scope.METHOD);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return AnnotationSupport.isAnnotated(parameter.getParameter(), Machine.class);
    }

    @Override
    public Lease resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Declaration declaration = Declaration.of(parameter.getParameter(), Settings.ofTestClass(context))
                .orElseThrow();
        if (declaration.scope() == Scope.METHOD && context.getTestMethod().isEmpty()) {
            throw declaration.mistake("it is there for all tests, so that its scope must be CLASS or RUN");
        }
        return MachineSets.of(context).require(declaration).lease();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        MachineSets.find(context).ifPresent(machines -> Evidence.ofContext(context, machines));
    }

    /** A dynamic test has no life-cycle of its own, and its failure is not its factory's. */
    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context) throws Throwable {
        try {
            invocation.proceed();
        } catch (Throwable failure) {
            MachineSets.find(context).ifPresent(machines -> Evidence.ofDynamicTest(failure, context, machines));
            throw failure;
        }
    }
}
