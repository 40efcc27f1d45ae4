// What has to hold on every page in every state.
#pragma once

#include <string>

#include "browser/webdriver.hpp"

namespace mlops::test {

/// Nothing in the console but what `allowed` is part of; nothing asked of another origin.
void check_quiet(Browser& browser, const std::string& origin, const std::string& allowed = "");

/// No serious or critical finding by axe-core. Says "skipped" where the build had no npm.
void check_accessible(Browser& browser, const std::string& where);

/// Fits into 375 and 1920 pixels, light and dark; writes NAME-phone, -wide, -dark and NAME.
void check_widths(Browser& browser, const std::string& name);

/// Every link, button, field and chart can be reached by the Tab key alone, with a visible focus.
void check_keyboard(Browser& browser);

}  // namespace mlops::test
