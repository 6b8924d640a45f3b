package dev.sessioncache.localstack;

import java.util.List;

/**
 * What is particular about one server program: its command line, its data and how one sees that it
 * answers. Owned by the {@link LocalServer} that runs it, which calls it from one thread at a time.
 */
interface Program {

  String name();

  /** Makes the data directory ready for the next start; called while the server is down. */
  void prepare();

  List<String> command();

  /** The signal, without SIG, that asks for an orderly stop. */
  String stopSignal();

  /** Whether the server does its work for a client now; returns within about two seconds. */
  boolean answers();
}
