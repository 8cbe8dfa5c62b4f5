import { Argument, type Command } from 'commander'
import { defineCommand } from '../command.ts'
import { COMMANDS } from '../commands.ts'
import type { Screen } from '../screen.ts'

type Shell = 'bash' | 'zsh' | 'fish'

/** What can follow the words of a command: subcommands, then options. */
interface CompletionPath {
  /** e.g. `instances tag`; empty for fleetkey itself. */
  readonly path: string
  readonly words: readonly string[]
}

/** `fleetkey completion SHELL` */
export function completionCommand(screen: Screen): Command {
  return defineCommand(screen, 'completion', {
    summary: 'Print completions for a shell.',
    examples: [
      'eval "$(fleetkey completion bash)"                                  in ~/.bashrc',
      'eval "$(fleetkey completion zsh)"                                   in ~/.zshrc, after compinit',
      'fleetkey completion fish > ~/.config/fish/completions/fleetkey.fish',
    ],
  })
    .addArgument(new Argument('<shell>', 'for which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: Shell) => screen.out(script(shell, await completionPaths(screen))))
}

async function completionPaths(screen: Screen): Promise<readonly CompletionPath[]> {
  const paths: CompletionPath[] = [
    { path: '', words: [...COMMANDS.map(({ name }) => name), 'help', '--version', '--help'] },
    { path: 'help', words: [...COMMANDS.map(({ name }) => name), 'exit-codes'] },
  ]
  for (const { name, load } of COMMANDS) {
    if (load) addPaths(paths, name, await load(screen))
  }
  return paths
}

function addPaths(paths: CompletionPath[], path: string, command: Command): void {
  const options = command.options.flatMap(({ long }) => (long ? [long] : []))
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
  const below = command.commands.map((child) => child.name())
  paths.push({ path, words: [...below, ...choices, ...options, '--help'] })
  for (const child of command.commands) addPaths(paths, `${path} ${child.name()}`, child)
}

function script(shell: Shell, paths: readonly CompletionPath[]): string {
  switch (shell) {
    case 'bash':
      return shellFunction(paths, {
        words: '"${COMP_WORDS[@]:1:COMP_CWORD-1}"',
        show: 'COMPREPLY=($(compgen -W "$offer" -- "${COMP_WORDS[COMP_CWORD]}"))',
        register: 'complete -o default -F _fleetkey fleetkey',
      })
    case 'zsh':
      return shellFunction(paths, {
        words: '"${words[@]:1:$CURRENT-2}"',
        show: 'compadd -- ${=offer} || _files',
        register: 'compdef _fleetkey fleetkey',
      })
    case 'fish':
      return fishScript(paths)
  }
}

/** The words typed so far that are commands make a path; a `case` has what may follow it. */
function shellFunction(
  paths: readonly CompletionPath[],
  shell: { readonly words: string; readonly show: string; readonly register: string },
): string {
  const cases = paths.map(({ path, words }) => `    '${path}') offer="${words.join(' ')}" ;;`)
  const known = paths.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  return `_fleetkey() {
  local path_ offer word next
  path_=
  for word in ${shell.words}; do
    next="\${path_:+$path_ }$word"
    case "$next" in
      ${known.join('|')}) path_=$next ;;
    esac
  done
  case "$path_" in
${cases.join('\n')}
  esac
  ${shell.show}
}
${shell.register}
`
}

function fishScript(paths: readonly CompletionPath[]): string {
  const lines = paths.map(({ path, words }) => {
    const test =
      path === ''
        ? 'test (count (commandline -opc)) -eq 1'
        : `string match -q -- 'fleetkey ${path}*' (string join ' ' (commandline -opc))`
    return `complete -c fleetkey -n "${test}" -a '${words.join(' ')}'`
  })
  return `${lines.join('\n')}\n`
}
