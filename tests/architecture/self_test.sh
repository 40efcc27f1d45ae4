#!/bin/sh
# Proves that check.sh sees what it is for: a good tree passes, and each bad file is named with its
# rule. Usage: self_test.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# reset: a tree that keeps every rule.
reset() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/lib/base" "$tree/lib/data" "$tree/lib/serve" "$tree/apps/mlops/commands" \
    "$tree/tests/unit"
  printf '// Fine.\n#pragma once\n#include <fmt/format.h>\n#include <string>\n' \
    >"$tree/lib/base/error.hpp"
  printf '#include <fcntl.h>\n#include <sys/stat.h>\n#include "base/error.hpp"\n' \
    >"$tree/lib/data/reader.cpp"
  printf '#include <CLI/CLI.hpp>\n#include "observe/health.hpp"\n' >"$tree/apps/mlops/main.cpp"
}

# expect_clean NAME
expect_clean() {
  if ! found=$(sh "$here/check.sh" "$tree"); then
    echo "FAIL $1: expected no violation, got: $found"
    failures=$((failures + 1))
  fi
}

# expect FILE CONTENT RULE: writes the file, wants the rule to be reported for it, removes it.
expect() {
  reset
  mkdir -p "$tree/$(dirname "$1")"
  printf '%b' "$2" >"$tree/$1"
  if found=$(sh "$here/check.sh" "$tree"); then
    echo "FAIL $1: nothing was reported, wanted: $3"
    failures=$((failures + 1))
  elif ! echo "$found" | grep -qF "$1:" || ! echo "$found" | grep -qF -- "$3"; then
    echo "FAIL $1: wanted '$3', got: $found"
    failures=$((failures + 1))
  fi
}

reset
expect_clean 'a tree that keeps the rules'

expect lib/base/a.cpp '#include "data/table.hpp"\n' 'base must not include data/table.hpp'
expect lib/data/a.cpp '#include "observe/store.hpp"\n' 'data must not include observe/store.hpp'
expect lib/serve/a.cpp '#include "workflow/train.hpp"\n' 'serve must not include workflow/train.hpp'
expect lib/model/a.cpp '#include "learn/train.hpp"\n' 'model must not include learn/train.hpp'
expect apps/mlops/a.cpp '#include "learn/search.hpp"\n' 'apps must not include learn/search.hpp'
expect lib/data/a.cpp '#include <nlohmann/json.hpp>\n' '<nlohmann/json.hpp> belongs to'
expect lib/serve/a.cpp '#include <httplib.h>\n' '<httplib.h> belongs to'
expect lib/model/a.cpp '#include <dlib/svm.h>\n' '<dlib/svm.h> belongs to lib/learn'
expect lib/data/a.cpp '#include <CLI/CLI.hpp>\n' '<CLI/CLI.hpp> belongs to apps'
expect lib/data/a.cpp '  #  include <boost/asio.hpp>\n' '<boost/asio.hpp> is in no table'
expect lib/data/a.cpp '#include <curl.h>\n' '<curl.h> is in no table'
expect tests/unit/a_test.cpp 'TEST_CASE("one; two") {}\n' 'CTest cuts names at semicolons'
expect lib/data/a.cpp 'void f() { std::cout << 1; }\n' 'lib writes to no stream'
expect lib/data/a.cpp 'void f() { printf("x"); }\n' 'lib writes to no stream'
expect lib/data/a.cpp 'auto f() { return std::getenv("X"); }\n' 'lib reads no environment'
expect lib/data/a.cpp 'void f() { std::exit(1); }\n' 'lib ends no process'
expect lib/data/a.cpp '#define MAX 3\n' 'no macros'
expect lib/data/utils.cpp 'int x;\n' 'a name that says nothing'
expect lib/data/csv_helpers.hpp '// x\n#pragma once\n' 'a name that says nothing'
expect lib/data/BadName.cpp 'int x;\n' 'snake_case'
expect lib/data/a.hpp '// x\n' 'no #pragma once'
expect lib/data/a.hpp '#pragma once\n' 'no file comment'
expect lib/data/a.cpp "$(awk 'BEGIN { for (i = 0; i < 601; i++) printf "\\n" }')" 'more than 600 lines'
expect tests/unit/a.cpp "$(awk 'BEGIN { for (i = 0; i < 901; i++) printf "\\n" }')" \
  'more than 900 lines'
expect lib/data/a.cpp "$(awk 'BEGIN { for (i = 0; i < 51; i++) printf "x " }')\n" \
  'longer than 100 columns'

reset
printf '// printf( in a comment, std::cout too\nint n = snprintf(b, 1, "x");\n' >"$tree/lib/data/a.cpp"
printf 'void f() { _exit(1); on_exit(g); x.exit(); }\n' >"$tree/lib/data/b.cpp"
expect_clean 'words that only look like violations'

[ "$failures" -eq 0 ] && echo "every rule is seen"
