#include "data/datetime.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::data;

TEST_SUITE("data/datetime") {
  TEST_CASE("texts are moments by their format, or they are not") {
    struct Case {
      const char* text;
      const char* format;
      std::optional<double> moment;
    };
    const Case cases[] = {
        {"1970-01-01", "%Y-%m-%d", 0},
        {"1969-12-31", "%Y-%m-%d", -86400},
        {"2000-02-29", "%Y-%m-%d", 951782400},
        {"2011-01-01", "%Y-%m-%d", 1293840000},
        {"2024-3-8", "%Y-%m-%d", 1709856000},
        {"1900-02-29", "%Y-%m-%d", {}},
        {"2023-02-29", "%Y-%m-%d", {}},
        {"2023-13-01", "%Y-%m-%d", {}},
        {"2023-00-01", "%Y-%m-%d", {}},
        {"2023-01-32", "%Y-%m-%d", {}},
        {"23-01-01", "%Y-%m-%d", {}},
        {"2023-01-01x", "%Y-%m-%d", {}},
        {"2023-01-01 10:00", "%Y-%m-%d", {}},
        {"", "%Y-%m-%d", {}},
        {"2/18/2008 02:36:48", "%m/%d/%Y %H:%M:%S", 1203302208},
        {"18/2/2008 02:36:48", "%m/%d/%Y %H:%M:%S", {}},
        {"13-1-2016", "%d-%m-%Y", 1452643200},
        {"31.12.1999", "%d.%m.%Y", 946598400},
        {"1/2/68", "%m/%d/%y", 3092688000},
        {"1/2/69", "%m/%d/%y", -31449600},
        {"08-Mar-2024", "%d-%b-%Y", 1709856000},
        {"8 march 2024", "%d %b %Y", 1709856000},
        {"May 5, 2024", "%b %d, %Y", 1714867200},
        {"Mayo 5, 2024", "%b %d, %Y", {}},
        {"2024-03-08T12:30:00Z", "%Y-%m-%dT%H:%M:%S", 1709901000},
        {"2024-03-08T12:30:00.250Z", "%Y-%m-%dT%H:%M:%S", 1709901000.25},
        {"2024-03-08T12:30:00+02:00", "%Y-%m-%dT%H:%M:%S", 1709893800},
        {"2024-03-08T12:30:00-0530", "%Y-%m-%dT%H:%M:%S", 1709920800},
        {"2024-03-08 12:30:00 UTC", "%Y-%m-%d %H:%M:%S", 1709901000},
        {"2024-03-08 12:30:00 CET", "%Y-%m-%d %H:%M:%S", {}},
        {"2024-03-08 24:00:00", "%Y-%m-%d %H:%M:%S", {}},
        {"2024-03-08 12:60:00", "%Y-%m-%d %H:%M:%S", {}},
        {"3/8/2024 12:05 AM", "%m/%d/%Y %I:%M %p", 1709856300},
        {"3/8/2024 12:05 PM", "%m/%d/%Y %I:%M %p", 1709899500},
        {"3/8/2024 1:05 pm", "%m/%d/%Y %I:%M %p", 1709903100},
        {"3/8/2024 13:05 PM", "%m/%d/%Y %I:%M %p", {}},
        {"1709856000", "%s", 1709856000},
        {"2024-03-08", "%s", {}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CAPTURE(c.format);
      CHECK(parse_datetime(c.text, c.format) == c.moment);
    }
  }

  TEST_CASE("ISO forms need no format") {
    for (const char* text : {"2024-03-08", "2024-03-08T00:00", "2024-03-08 00:00:00Z",
                             "2024-03-08T00:00:00.000+00:00", "2024-03-08T02:00:00+02"}) {
      CAPTURE(text);
      CHECK(parse_iso_datetime(text) == 1709856000);
    }
    CHECK_FALSE(parse_iso_datetime("03/08/2024"));
  }

  TEST_CASE("the format of a set of texts is the one that fits most") {
    struct Case {
      std::vector<std::string> texts;
      const char* format;
      std::size_t n_matching;
      bool ambiguous;
    };
    const Case cases[] = {
        {{"2011-01-01", "2012-12-31"}, "%Y-%m-%d", 2, false},
        {{"1/31/2024", "2/1/2024"}, "%m/%d/%Y", 2, false},
        {{"31/1/2024", "1/2/2024"}, "%d/%m/%Y", 2, false},
        {{"1/3/2024", "1/2/2024"}, "%m/%d/%Y", 2, true},
        {{"1-3-2024", "1-2-2024"}, "%d-%m-%Y", 2, true},
        {{"1-13-2024", "1-2-2024"}, "%m-%d-%Y", 2, false},
        {{"1.3.2024 10:20", "1.2.2024 9:30"}, "%d.%m.%Y %H:%M", 2, false},
        {{"2024-03-08T10:00:00Z", "2024-03-08T10:00:00.5Z"}, "%Y-%m-%dT%H:%M:%S", 2, false},
        {{"20240308T101112"}, "%Y%m%dT%H%M%S", 1, false},
        {{"2024-03-08", "2024-03-09", "03/10/2024"}, "%Y-%m-%d", 2, false},
        {{"red", "green"}, "", 0, false},
        {{"7590-VHVEG", "5575-GNVDE"}, "", 0, false},
        {{"1", "2"}, "", 0, false},
    };
    for (const Case& c : cases) {
      CAPTURE(c.texts.front());
      const DatetimeDetection found = detect_datetime(c.texts);
      CHECK(found.format == c.format);
      CHECK(found.n_matching == c.n_matching);
      CHECK(found.ambiguous == c.ambiguous);
    }
  }

  TEST_CASE("looks like a date") {
    for (const char* text : {"2024-03-08", "Mar 8, 2024", "8/3/24", "2008-02-18 02:36:48"}) {
      CAPTURE(text);
      CHECK(looks_like_datetime(text));
    }
    for (const char* text : {"", "March", "Maria 1", "1.5", "2024", "10-20", "12:30", "1-2-3-4"}) {
      CAPTURE(text);
      CHECK_FALSE(looks_like_datetime(text));
    }
  }

  TEST_CASE("moments are written in every format that reads them") {
    Random random(3);
    for (const char* format : {"%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
                               "%d-%b-%Y %H:%M:%S", "%Y%m%dT%H%M%S", "%s", "%m/%d/%y %H:%M:%S"}) {
      for (int i = 0; i < 200; ++i) {
        const double moment = static_cast<double>(random.below(2'000'000'000));
        const std::string text = format_datetime(moment, format);
        CAPTURE(text);
        CHECK(parse_datetime(text, format) == moment);
      }
    }
    CHECK(format_datetime(-1, "%Y-%m-%d %H:%M:%S") == "1969-12-31 23:59:59");
    CHECK(format_datetime(1709901000.25, "%H:%M:%S") == "12:30:00.250000");
    CHECK(format_datetime(0, "%d %b %Y") == "01 Jan 1970");
    CHECK(format_datetime(1e300, "%Y-%m-%d") == "1e+300");
  }
}
