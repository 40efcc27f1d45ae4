#!/bin/sh
# Checks the house rules that a compiler cannot: who includes whom, what lib/ must not call, sizes,
# names. Usage: check.sh SOURCE_DIRECTORY. Prints one line a violation, "path:line: rule", and exits
# 1 when there is any.
set -eu
root=$1
table=$(cd "$(dirname "$0")" && pwd)/dependencies.txt
LC_ALL=C.UTF-8
export LC_ALL
cd "$root"

violations=$(mktemp)
trap 'rm -f "$violations"' EXIT

sources() { find "$@" -type f \( -name '*.cpp' -o -name '*.hpp' \) 2>/dev/null | sort; }

includes() {
  sources lib apps tests | xargs -r grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null |
    awk -v table="$table" '
      BEGIN {
        while ((getline line < table) > 0) {
          if (line ~ /^module /) {
            split(substr(line, 8), part, ":")
            modules[part[1]] = " " part[2] " " part[1] " "
          } else if (line ~ /^report /) {
            reports[substr(line, 8)] = 1
          } else if (line ~ /^third-party /) {
            colon = index(line, ": ")
            places[substr(line, 13, colon - 13)] = substr(line, colon + 2)
          }
        }
        n_posix = split("sys/ netinet/ arpa/ net/ linux/", posix_directories, " ")
        split("dirent.h dlfcn.h emmintrin.h fcntl.h glob.h grp.h langinfo.h netdb.h poll.h pthread.h pwd.h sched.h signal.h " \
              "spawn.h stdio.h strings.h syslog.h termios.h time.h unistd.h immintrin.h", names, " ")
        for (i in names) posix[names[i]] = 1
      }
      function complain(rule) { print path ":" number ": " rule }
      function owner_of(file,  parts) {
        split(file, parts, "/")
        return parts[1] == "lib" ? parts[2] : parts[1]
      }
      function starts(text, prefix) { return substr(text, 1, length(prefix)) == prefix }
      function allowed(file, list,  parts, i, n) {
        n = split(list, parts, " ")
        for (i = 1; i <= n; i++) if (file == parts[i] || starts(file, parts[i] "/")) return 1
        return 0
      }
      function check_own(header,  owner, module) {
        owner = owner_of(path)
        module = header
        sub(/\/.*/, "", module)
        if (owner == "tests" || header !~ /\// || !(module in modules)) return
        if (index(modules[owner], " " module " ")) return
        if (owner == "apps" && header in reports) return
        complain(owner " must not include " header)
      }
      function check_foreign(header,  prefix, i) {
        for (prefix in places) {
          if (!starts(header, prefix)) continue
          if (!allowed(path, places[prefix])) complain("<" header "> belongs to " places[prefix])
          return
        }
        for (i = 1; i <= n_posix; i++) if (starts(header, posix_directories[i])) return
        if (header ~ /\// || (header ~ /\.h(pp)?$/ && !(header in posix)))
          complain("<" header "> is in no table: add it to tests/architecture/dependencies.txt")
      }
      {
        path = $0; sub(/:.*/, "", path)
        number = $0; sub(/^[^:]*:/, "", number); sub(/:.*/, "", number)
        header = $0
        if (match(header, /"[^"]+"/)) check_own(substr(header, RSTART + 1, RLENGTH - 2))
        else if (match(header, /<[^>]+>/)) check_foreign(substr(header, RSTART + 1, RLENGTH - 2))
      }'
}

# complain_about PATTERN RULE PLACE...: greps code, comment lines left out.
complain_about() {
  pattern=$1
  rule=$2
  shift 2
  sources "$@" | xargs -r grep -nE "$pattern" /dev/null | grep -vE '^[^:]*:[0-9]*:[[:space:]]*//' |
    awk -F: -v rule="$rule" '{ print $1 ":" $2 ": " rule }'
}

calls() {
  complain_about 'std::(cout|cerr|clog)|(^|[^_[:alnum:]])(printf|fprintf|puts|putchar)\(' \
    'lib writes to no stream; return a report' lib
  complain_about '(^|[^_[:alnum:]])(getenv|secure_getenv|setenv)\(' \
    'lib reads no environment; take it as a parameter' lib
  complain_about '(^|[^_[:alnum:].])(exit|quick_exit|abort)\(' 'lib ends no process; throw' lib
  complain_about '(^|[^[:alnum:]])(TODO|FIXME|XXX)([^[:alnum:]]|$)' \
    'open ends go to the tracker, not the code' lib apps tests
  complain_about '^using namespace' 'no using namespace at file level in a header' \
    $(sources lib apps | grep '\.hpp$')
  complain_about 'TEST_CASE\("[^"]*;' 'CTest cuts names at semicolons: the case would not run' tests
}

macros() {
  complain_about '^[[:space:]]*#[[:space:]]*define' 'no macros; use constexpr or a template' lib apps
}

# too_long LINES RULE: reads file names.
too_long() {
  while read -r file; do
    n=$(wc -l <"$file")
    [ "$n" -le "$1" ] || echo "$file:$n: more than $1 lines: split by reason to change"
  done
}

sizes() {
  sources lib apps | too_long 600
  sources apps/mlops/commands | too_long 300
  sources tests | too_long 900
  for file in apps/mlops/main.cpp; do [ -f "$file" ] && echo "$file" | too_long 120; done
  # A raw string or a single word can't be broken; clang-format leaves those, too.
  sources lib apps tests | xargs -r grep -nE '^.{101,}' /dev/null | grep -vF 'R"(' |
    grep -vE '^[^:]*:[0-9]+:[[:space:]]*[^[:space:]]+$' |
    awk -F: '{ print $1 ":" $2 ": longer than 100 columns" }'
}

names() {
  sources lib apps tests | awk '
    { base = $0; sub(/.*\//, "", base); sub(/\.[^.]*$/, "", base) }
    base ~ /^(utils?|helpers?|common|misc|stuff)$/ || base ~ /_(utils?|helpers?|common|misc)$/ {
      print $0 ":1: a name that says nothing" }
    base !~ /^[a-z0-9_]+$/ { print $0 ":1: file names are snake_case" }'
  for file in $(sources lib apps | grep '\.hpp$'); do
    grep -q '^#pragma once' "$file" || echo "$file:1: no #pragma once"
    head -n 1 "$file" | grep -q '^//' || echo "$file:1: no file comment"
  done
}

{ includes; calls; macros; sizes; names; } >"$violations" || true
cat "$violations"
[ ! -s "$violations" ]
