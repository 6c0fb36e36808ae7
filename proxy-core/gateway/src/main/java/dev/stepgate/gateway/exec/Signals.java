package dev.stepgate.gateway.exec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * A POSIX signal that is sent to this process. The only way to them on a JVM is {@code
 * sun.misc.Signal} of module jdk.unsupported, reached by reflection because the compiler warns of
 * it and a shutdown hook does not learn which signal it was.
 */
public enum Signals {
  /** Hang-up: the terminal or the CI's shell is gone. */
  HUP(1),
  /** Interrupt: Ctrl-C, a CI's first word on cancel. */
  INT(2),
  /** Terminate. */
  TERM(15);

  private final int number;

  Signals(int number) {
    this.number = number;
  }

  /** The number on Linux. */
  public int number() {
    return number;
  }

  /**
   * Lets {@code action} run, on a thread of the JVM's, whenever the signal comes. A signal that the
   * parent had this process ignore ({@code nohup}) stays ignored.
   */
  public void handle(Consumer<Signals> action) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = type.getConstructor(String.class).newInstance(name());
      Object handler =
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.accept(this);
                }
                return null;
              });
      Object previous = type.getMethod("handle", type, handlerType).invoke(null, signal, handler);
      Object ignored = handlerType.getField("SIG_IGN").get(null);
      if (previous == ignored) {
        type.getMethod("handle", type, handlerType).invoke(null, signal, ignored);
      }
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("signal " + this + " cannot be handled", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signal " + this + " cannot be handled", e);
    }
  }
}
