/** What each shell is told: it asks `viaduct __complete` with the words of the line. */

const BASH = `# bash completion of viaduct
_viaduct() {
  local word=\${COMP_WORDS[COMP_CWORD]} line
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _viaduct viaduct
`;

const ZSH = `#compdef viaduct
# zsh completion of viaduct
_viaduct() {
  local line want_files=0 ret=1
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then want_files=1
    elif [[ -n $line ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( $#candidates )) && _describe -t values viaduct candidates && ret=0
  (( want_files )) && _files && ret=0
  return ret
}
if [[ $funcstack[1] == _viaduct ]]; then _viaduct "$@"; else compdef _viaduct viaduct; fi
`;

const FISH = `# fish completion of viaduct
function __viaduct_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c viaduct -f -a '(__viaduct_complete)'
`;

/** By shell. */
export const COMPLETION_SCRIPTS: Readonly<Record<'bash' | 'zsh' | 'fish', string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
};
