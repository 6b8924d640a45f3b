package dev.sessioncache.localstack;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link Stack} parameter (constructor, test method, {@code @BeforeAll}): one stack
 * per JVM, started by the first test that asks, shared by all, closed by JUnit when the launcher
 * session ends. {@code -Dstack=containers} takes it from Docker instead of child processes.
 */
public final class StackExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(StackExtension.class);

  private static final String PROPERTY = "stack";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stack.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(Stack.class, key -> start(), Stack.class);
  }

  private static Stack start() {
    String kind = System.getProperty(PROPERTY, "processes");
    return switch (kind) {
      case "processes" -> LocalStack.start(StackOptions.temporary());
      case "containers" -> ContainerStack.start();
      default ->
          throw new StackException(
              "-D" + PROPERTY + " is \"processes\" or \"containers\", not \"" + kind + "\"");
    };
  }
}
