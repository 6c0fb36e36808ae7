package dev.stepgate;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Lets go of what the JDK keeps of a class loader's records. Before JDK 19 the handles that all
 * records' {@code equals}, {@code hashCode} and {@code toString} are made of remember the last
 * class that they were adapted to, strongly: an engine whose records were compared last would never
 * be collected. Adapting them to the JDK's own String replaces that.
 */
final class RecordLinks {

  private RecordLinks() {}

  /** To be called once the engine has ended; does nothing else. */
  static void release() {
    MethodHandle getter = MethodHandles.identity(String.class);
    link("equals", MethodType.methodType(boolean.class, String.class, Object.class), getter);
    link("hashCode", MethodType.methodType(int.class, String.class), getter);
    link("toString", MethodType.methodType(String.class, String.class), getter);
  }

  private static void link(String method, MethodType type, MethodHandle getter) {
    try {
      Object unused =
          ObjectMethods.bootstrap(
              MethodHandles.lookup(), method, type, String.class, "value", getter);
    } catch (Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      // A JDK that takes records alone; it keeps nothing strongly either.
    }
  }
}
