package dev.sessioncache.bench.read;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.reader.Answer;
import dev.sessioncache.reader.Tier;

/** A validation by our reader: watermark, end of the session and metrics included. */
final class OurLookup implements Lookup {

  private final Application application;

  OurLookup(Workbench bench) {
    this.application = Application.open(bench);
  }

  @Override
  public String name() {
    return "SessionCache";
  }

  @Override
  public boolean isAnswered(String token) {
    Answer answer = application.sessions().check(token);
    return answer.tier() == Tier.L2 && answer.session().isPresent();
  }

  @Override
  public void close() {
    application.close();
  }
}
