package dev.sessioncache.localstack;

/** The versions of Redis that can run as a child process, each from a jar of its own. */
public enum RedisVersion {
  /** The oldest that is supported, from {@code com.github.codemonstur:embedded-redis}. */
  V6_2("redis-server-6.2.6-v5-linux-amd64", "redis-server-6.2.7-linux-arm64"),

  /** From {@code org.signal:embedded-redis}, which the caller brings along. */
  V7_0("redis-server-7.0.15-linux-amd64", "redis-server-7.0.15-linux-arm64");

  private final String amd64;
  private final String arm64;

  RedisVersion(String amd64, String arm64) {
    this.amd64 = amd64;
    this.arm64 = arm64;
  }

  /** The name of the executable on the class path. */
  String resource() {
    return "aarch64".equals(System.getProperty("os.arch")) ? arm64 : amd64;
  }
}
