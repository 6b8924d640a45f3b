package dev.sessioncache.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.sessioncache.localstack.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class DashboardPageIT {

  private static final int PHONE = 360;
  private static final int DESKTOP = 1400;
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  private final List<String> complaints = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private Chromium chromium;
  private Scene scene;
  private PageServer server;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  void launch() {
    chromium = new Chromium();
  }

  @AfterAll
  void end() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void serve() {
    complaints.clear();
    asked.clear();
    scene = new Scene(Clock.systemUTC());
    server = new PageServer(scene, FreePort.find()).start();
    context =
        chromium
            .browser()
            .newContext(new Browser.NewContextOptions().setReducedMotion(ReducedMotion.REDUCE));
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.onRequest(request -> asked.add(request.url()));
  }

  @AfterEach
  void close() {
    context.close();
    server.close();
  }

  @Test
  void shouldTellHowItIsWithoutAskingAnybodyElse() {
    open(DESKTOP, ColorScheme.LIGHT);

    verdictIs("All 4 lanes within 30 s of Postgres");
    assertThat(page.locator("#lanes tr")).hasCount(Scene.LANES);
    assertThat(page.locator("#lanes-sum")).containsText("100,000");
    assertThat(page.locator("#capture")).containsText("4711@cache-1");
    assertThat(page.locator("#capture")).containsText("3.2 MiB");
    assertThat(page.locator("#warm")).containsText("100,000 of at most 100,000");
    assertThat(page.locator("#f-hits")).hasText("99.3\u2009%");
    assertThat(page.locator(".chart canvas")).hasCount(4);
    assertThat(asked).isNotEmpty().allMatch(url -> url.startsWith(server.url + "/"));
    assertThat(complaints).isEmpty();
  }

  @Test
  void shouldShowWhatChangesWithoutBeingLoadedAgain() {
    open(DESKTOP, ColorScheme.LIGHT);
    assertThat(page.locator("#lanes tr").nth(2)).containsText("320 ms");

    scene.lags.put(2, 4_300L);
    scene.work(500);

    assertThat(page.locator("#lanes tr").nth(2)).containsText("4.3 s");
    assertThat(page.locator("#f-changes")).not().hasText("0.0\u2009/s");
    assertThat(complaints).isEmpty();
  }

  @Test
  void shouldShowAsTextWhatAProcessCallsItself() {
    scene.instances.clear();
    ObjectNode odd = scene.instance("<img src=x onerror=alert(1)>", "continued", 8, Map.of(0, 1));
    odd.put("http", "javascript:alert(1)");
    open(DESKTOP, ColorScheme.LIGHT);

    assertThat(page.locator("#processes")).containsText("<img src=x onerror=alert(1)>");
    assertThat(page.locator("#processes img, #processes a")).hasCount(0);
    assertThat(complaints).isEmpty();
  }

  @Test
  void shouldShowWhatWasBeforeItWasOpened() {
    await("a past").atMost(Duration.ofSeconds(60)).until(() -> server.dashboard.remembers() >= 3);

    open(DESKTOP, ColorScheme.LIGHT);

    page.waitForFunction("() => document.querySelectorAll('#lag-chart canvas').length === 1");
    page.locator("#lag-chart summary").click();
    assertThat(page.locator("#lag-chart tbody tr").first()).containsText("0.4 s");
    assertThat(page.locator("#lag-chart tbody tr")).not().hasCount(0);
  }

  @Test
  void shouldSayThatTheStreamIsGoneAndGoOnWhenItIsBack() {
    scene.instances.remove("4712@cache-2");
    open(DESKTOP, ColorScheme.LIGHT);
    verdictIs("All 4 lanes within 30 s of Postgres");
    assertThat(page.locator("#processes tr")).hasCount(1); // of the newest picture

    server.close();

    verdictContains("No word from the stream since ");
    verdictContains("what is cached lapses within 5 min, readers ask Postgres");
    assertThat(page.locator("#live-dot")).hasAttribute("data-live", "false");

    server = new PageServer(scene, server.port()).start();

    verdictIs("All 4 lanes within 30 s of Postgres");
    assertThat(page.locator("body")).hasAttribute("data-lost", "false");
  }

  @Test
  void shouldNotCallTheStreamSilentWhenNobodyHasLookedAtThePage() {
    page.clock().install();
    open(DESKTOP, ColorScheme.LIGHT);
    verdictIs("All 4 lanes within 30 s of Postgres");
    see(false);
    page.route("**/api/events*", Route::abort);
    page.clock().fastForward(60_000);

    see(true);
    page.clock().runFor(3_000);

    assertThat(page.locator("body")).hasAttribute("data-lost", "false");
    page.clock().runFor(3_000);
    assertThat(page.locator("body")).hasAttribute("data-lost", "true");
  }

  private void see(boolean seen) {
    page.evaluate(
        "seen => {"
            + " Object.defineProperty(document, 'hidden', { value: !seen, configurable: true });"
            + " document.dispatchEvent(new Event('visibilitychange')); }",
        seen);
  }

  @Test
  void shouldSayWhereOtherProcessesAreWhenItsOwnIsGone() {
    open(DESKTOP, ColorScheme.LIGHT);
    verdictIs("All 4 lanes within 30 s of Postgres");

    server.close();

    verdictContains("No word from this process since ");
    assertThat(page.locator("#verdict-more a").first())
        .hasAttribute("href", "http://127.0.0.1:8475");
  }

  @ParameterizedTest
  @ValueSource(strings = {Servers.REDIS, Servers.KAFKA, Servers.POSTGRES})
  void shouldNameTheServerThatIsGone(String silent) {
    open(DESKTOP, ColorScheme.DARK);
    verdictIs("All 4 lanes within 30 s of Postgres");

    scene.silent.put(silent, Instant.now());

    verdictContains("has not answered since");
    assertThat(page.locator("#verdict-text"))
        .containsText(Words.sentence(silent) + " has not answered");
    assertThat(page.locator("#servers [data-answers=false]")).hasCount(1);
    assertThat(page.locator("#events li").first()).containsText("does not answer");
  }

  @Test
  void shouldSayWhichLanesAreBehind() {
    scene.lags.put(1, 41_000L);
    scene.lags.put(3, 35_000L);
    open(DESKTOP, ColorScheme.LIGHT);

    verdictContains("Lanes 1, 3 are behind since ");
    assertThat(page.locator("#lanes [data-behind=true]")).hasCount(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void shouldFitAPhone(ColorScheme scheme) {
    scene.instance("123456@a-host-with-a-rather-long-name.example.org", "standby", 0, Map.of());
    open(PHONE, scheme);
    verdictIs("All 4 lanes within 30 s of Postgres");

    assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(PHONE);
  }

  @Test
  void shouldLetAKeyboardReachAllThatCanBeUsed() {
    open(DESKTOP, ColorScheme.LIGHT);
    verdictIs("All 4 lanes within 30 s of Postgres");

    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    assertThat((Boolean) page.evaluate(FOCUS_IS_SEEN)).isTrue();
    page.keyboard().press("Enter");
    assertThat(page.locator("#main")).isFocused();
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      page.keyboard().press("Tab");
      reached.add((String) page.evaluate("() => document.activeElement.textContent.slice(0, 20)"));
      assertThat((Boolean) page.evaluate(FOCUS_IS_SEEN)).as(reached.toString()).isTrue();
      if (reached.contains("health/ready")) {
        break;
      }
    }
    assertThat(reached).contains("As a table", "4712@cache-2", "api/status", "health/ready");
  }

  @ParameterizedTest
  @CsvSource({"1400,LIGHT,false", "1400,DARK,true", "360,LIGHT,true", "360,DARK,false"})
  void shouldSatisfyAxe(int width, ColorScheme scheme, boolean outage) throws IOException {
    if (outage) {
      scene.silent.put(Servers.KAFKA, Instant.now());
      scene.lags.put(1, 41_000L);
    }
    open(width, scheme);
    assertThat(page.locator("#lanes tr")).hasCount(Scene.LANES);
    page.locator("#lag-chart summary").click();

    page.evaluate(axe()); // past the policy, as a debugger is
    Object found =
        page.evaluate(
            "async () => (await axe.run()).violations.map(v => v.id + ': '"
                + " + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))");

    assertThat((List<?>) found).isEmpty();
  }

  private static final String FOCUS_IS_SEEN =
      "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'";

  private static String axe() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(DashboardPageIT.class.getResourceAsStream(AXE))) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void open(int width, ColorScheme scheme) {
    page.setViewportSize(width, 900);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
    page.navigate(server.url + "/");
  }

  private void verdictIs(String text) {
    assertThat(page.locator("#verdict-text")).hasText(text);
  }

  private void verdictContains(String text) {
    assertThat(page.locator("#verdict-text")).containsText(text);
  }
}
