#include "completion.hpp"

namespace mlops::app {
namespace {

// Words are split at blanks, not at bash's own breaks: '@' and '=' belong to a word here. Bash
// replaces only what follows its last break, so that part of each candidate is what it gets.
constexpr std::string_view kBash = R"(# bash completion for mlops. Load it with:
#   source <(mlops completion bash)
# or for every shell, as root:
#   mlops completion bash > /usr/share/bash-completion/completions/mlops
_mlops() {
  local line word broken words=()
  read -ra words <<< "${COMP_LINE:0:COMP_POINT}"
  [[ ${COMP_LINE:0:COMP_POINT} == *[[:blank:]] ]] && words+=("")
  word=${words[-1]}
  broken=${word%"${word##*[@=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames
      while IFS= read -r line; do
        COMPREPLY+=("$line")
      done < <(compgen -f -- "${word#"$broken"}")
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$broken"}")
    fi
  done < <(mlops __complete -- "${words[@]:1}" 2> /dev/null)
}
complete -F _mlops mlops
)";

constexpr std::string_view kZsh = R"(#compdef mlops
# zsh completion for mlops. Load it with:
#   source <(mlops completion zsh)
# or put it into a directory of $fpath as _mlops.
_mlops() {
  local line word remark files=0
  local -a described
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      word=${line%%$'\t'*}
      remark=${line#*$'\t'}
      [[ $remark == $line ]] && remark=
      described+=("${word//:/\\:}${remark:+:$remark}")
    fi
  done < <(mlops __complete -- "${(@)words[2,CURRENT]}" 2> /dev/null)
  (( ${#described} )) && _describe mlops described
  (( files )) && _files
}
(( ${+functions[compdef]} )) && compdef _mlops mlops
[[ ${funcstack[1]} == _mlops ]] && _mlops "$@"
)";

constexpr std::string_view kFish = R"(# fish completion for mlops. Load it with:
#   mlops completion fish | source
# or for every shell:
#   mlops completion fish > ~/.config/fish/completions/mlops.fish
function __mlops_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (mlops __complete -- $words[2..] 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c mlops -f -a '(__mlops_complete)'
)";

}  // namespace

std::optional<std::string_view> completion_script(std::string_view shell) noexcept {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return std::nullopt;
}

}  // namespace mlops::app
