#include "completion.hpp"

#include <doctest/doctest.h>

#include "program_fixture.hpp"

using namespace mlops;
using namespace mlops::app;

namespace {

const ValueSources kSources = {.models = [](std::string_view prefix) -> std::vector<std::string> {
                                 if (prefix.starts_with("churn@"))
                                   return {"churn@1", "churn@champion"};
                                 return {"churn", "price"};
                               },
                               .columns = [](const std::string& file) -> std::vector<std::string> {
                                 if (file == "a.csv") return {"age", "Churn"};
                                 return {};
                               }};

/// The candidates, a space after each; ":files" last when files fit.
std::string completed(const std::vector<std::string>& words) {
  const samples::Program program;
  const Completion completion = complete(*program.app, words, kSources);
  std::string text;
  for (const Candidate& candidate : completion.candidates) text += candidate.word + " ";
  return completion.files ? text + ":files" : text;
}

}  // namespace

TEST_SUITE("apps/completion") {
  TEST_CASE("the word at the cursor decides what fits") {
    struct Case {
      std::vector<std::string> words;
      const char* fits;
    };
    const Case kCases[] = {
        {{""}, "train show "},
        {{"tr"}, "train "},
        {{"zzz"}, ""},
        {{"train", ""}, ":files"},
        {{"train", "--t"}, "--target "},
        {{"train", "--co"}, "--config --color "},
        {{"train", "--preset", ""}, "fast best "},
        {{"train", "--preset", "f"}, "fast "},
        {{"train", "--preset=b"}, "--preset=best "},
        {{"train", "a.csv", "--target", ""}, "age Churn "},
        {{"train", "a.csv", "--target", "C"}, "Churn "},
        {{"train", "a.csv", "--drop", "a"}, "age "},
        {{"train", "b.csv", "--target", ""}, ""},
        {{"train", "--output", ""}, ":files"},
        {{"train", "a.csv", ""}, ""},
        {{"show", ""}, "churn price "},
        {{"show", "ch"}, "churn "},
        {{"show", "churn@"}, "churn@1 churn@champion "},
        {{"--json", "show", "p"}, "price "},
        {{"--registry", "show", ""}, "train show "},
        {{"--registry", ""}, ":files"},
        {{"--color", ""}, "auto always never "},
        {{}, "train show "},
        {{"train", "--nonsense", ""}, ":files"},
        {{"train", "--nonsense=x"}, ""},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.words);
      CHECK(completed(c.words) == c.fits);
    }
  }

  TEST_CASE("each shell has a script that asks the hidden command") {
    for (const char* shell : {"bash", "zsh", "fish"}) {
      CAPTURE(shell);
      REQUIRE(completion_script(shell));
      CHECK(completion_script(shell)->find("mlops __complete -- ") != std::string_view::npos);
    }
    CHECK_FALSE(completion_script("tcsh"));
  }
}
