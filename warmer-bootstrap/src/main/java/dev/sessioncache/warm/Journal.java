package dev.sessioncache.warm;

/** Where a warm notes how far it has come. */
interface Journal {

  /** Forgets all. */
  Journal NONE =
      new Journal() {
        @Override
        public void sent(Place upTo) {}

        @Override
        public void ended(WarmRecord.State state) {}

        @Override
        public void reached(WarmRecord.Reached reached) {}
      };

  /** All up to the place has been sent to Redis. */
  void sent(Place upTo);

  /** The warm has ended. */
  void ended(WarmRecord.State state);

  /** The coverage is known, after the end. */
  void reached(WarmRecord.Reached reached);
}
