#include "browser/page_checks.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <iostream>

#include "base/file.hpp"

namespace mlops::test {
namespace {

/// The widths at which something is wider than the window; names the first such element.
Json overflow(Browser& browser) {
  return browser.run(R"(
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return '';
    const out = [...document.querySelectorAll('main *')].find((e) =>
      e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 &&
      !e.closest('.scroll, pre, .command, .visually-hidden'));
    return `${wide} px too wide: ${out ? out.tagName + '.' + out.className : '?'}`;)");
}

}  // namespace

void check_quiet(Browser& browser, const std::string& origin, const std::string& allowed) {
  for (const std::string& message : browser.console()) {
    if (!allowed.empty() && message.find(allowed) != std::string::npos) continue;
    CAPTURE(message);
    CHECK_FALSE(message.starts_with("SEVERE"));
    CHECK_FALSE(message.starts_with("WARNING"));
  }
  for (const std::string& url : browser.requests()) {
    CAPTURE(url);
    const bool own = url.starts_with(origin) || url.starts_with("data:") ||
                     url.starts_with("blob:" + origin) || url.starts_with("about:") ||
                     url.starts_with("chrome:");
    CHECK(own);
  }
}

void check_accessible(Browser& browser, const std::string& where) {
  if (!std::filesystem::exists(MLOPS_AXE)) {
    std::cout << "skipped: axe-core was not fetched when the tests were built\n";
    return;
  }
  browser.run(read_file(MLOPS_AXE) + "; window.axe = axe; return true;");
  const Json found = browser.run_async(R"(
    const result = await window.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
      .map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + ' ' +
        (n.any[0]?.message ?? '')).join(' | ')}`);)");
  CAPTURE(where);
  REQUIRE(found.is_array());
  for (const Json& finding : found) {
    CAPTURE(finding.get<std::string>());
    CHECK(false);
  }
}

void check_widths(Browser& browser, const std::string& name) {
  struct Look {
    Viewport viewport;
    const char* suffix;
  };
  for (const Look& look : {Look{{375, 800, false}, "-phone"}, Look{{1920, 1080, false}, "-wide"},
                           Look{{1280, 900, true}, "-dark"}, Look{{1280, 900, false}, ""}}) {
    browser.set_viewport(look.viewport);
    // Charts draw themselves anew for the new width, in the frames after it.
    browser.run_async(
        "await new Promise((r) => requestAnimationFrame(() => "
        "requestAnimationFrame(() => setTimeout(r, 50)))); return true;");
    CAPTURE(look.viewport.width);
    CAPTURE(name);
    CHECK(overflow(browser) == Json(""));
    browser.screenshot(name + look.suffix);
  }
}

void check_keyboard(Browser& browser) {
  const int n_wanted = browser.run(R"(
    document.activeElement?.blur();
    window.reached = new Set();
    window.unseen = [];
    document.addEventListener('focusin', (e) => {
      window.reached.add(e.target);
      const style = getComputedStyle(e.target);
      if (e.target.matches(':focus-visible') && style.outlineStyle === 'none')
        window.unseen.push(e.target.outerHTML.slice(0, 120));
    });
    window.wanted = [...document.querySelectorAll('a[href], button, input, select, summary, .plot')]
      .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0);
    return window.wanted.length;)");
  for (int i = 0; i < 3 * n_wanted + 60; ++i) {
    browser.press(kTab);
    if (browser.run("return window.wanted.every((e) => window.reached.has(e) || "
                    "!e.isConnected)") == Json(true))
      break;
  }
  const Json missed = browser.run(
      "return window.wanted.filter((e) => e.isConnected && !window.reached.has(e))"
      ".map((e) => e.outerHTML.slice(0, 120))");
  CAPTURE(dump_json(missed));
  CHECK(missed.empty());
  const Json unseen = browser.run("return window.unseen");
  CAPTURE(dump_json(unseen));
  CHECK(unseen.empty());
}

}  // namespace mlops::test
