# Both programs, a target each: docker build --target cdc-stream --tag session-cache-warmer:cdc-stream .
FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN mvn -B -ntp -pl '!benchmarks' -Dmaven.test.skip=true -Dspotless.check.skip=true -Dmdep.analyze.skip=true package

FROM eclipse-temurin:17.0.17_10-jre-noble AS runtime
WORKDIR /opt/warmer
COPY --from=build /build/warmer ./
COPY --from=build /build/warmer-bootstrap/target/*.jar warmer-bootstrap/target/
COPY --from=build /build/warmer-bootstrap/target/lib warmer-bootstrap/target/lib
COPY --from=build /build/cdc-stream/target/*.jar cdc-stream/target/
COPY --from=build /build/cdc-stream/target/lib cdc-stream/target/lib
# The other commands too, for a look from inside: docker compose exec cdc-stream warmer doctor
RUN printf '#!/bin/sh\nWARMER_NO_BUILD=1 exec /opt/warmer/warmer "$@"\n' >/usr/local/bin/warmer \
 && chmod 755 /usr/local/bin/warmer \
 && install -d -o 10001 -g 10001 /var/lib/warmer
USER 10001:10001

FROM runtime AS warmer-bootstrap
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", \
  "-cp", "warmer-bootstrap/target/*:warmer-bootstrap/target/lib/*", "dev.sessioncache.warm.WarmerBootstrap"]

FROM runtime AS cdc-stream
# Of all interfaces: a container's loopback is its own. The state goes to a volume.
ENV WARMER_HTTP_HOST=0.0.0.0 WARMER_PROJECT_STATE_DIR=/var/lib/warmer/state
VOLUME /var/lib/warmer
EXPOSE 8475
# Alive, not ready: a lane that is behind is no reason to restart. By bash, since there is no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8475 && printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# Beside its heap a stream of 130,000 sessions had 350 to 430 MB, 128 MB at most of them for the state of its lanes (RocksDB). A heap
# that is whole from the start has fewer pauses; below 2 GB the JVM would take another collector by itself.
ENTRYPOINT ["java", "-XX:+UseG1GC", "-XX:InitialRAMPercentage=40", "-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError", \
  "-cp", "cdc-stream/target/*:cdc-stream/target/lib/*", "dev.sessioncache.app.CdcStream"]
