import type { Command } from 'commander'
import type { Screen } from './screen.ts'

/** As the overview lists them. */
export const COMMAND_GROUPS = [
  'Daily use',
  'What happened, and why',
  'Administration',
  'Programs',
] as const

/** A command of the command line; `load` reads its file only when it is needed (start-up is part of every login). */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  readonly group: (typeof COMMAND_GROUPS)[number]
  readonly load?: (screen: Screen) => Promise<Command>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'ssh',
    summary: 'log in to an instance with a key that lives 60 seconds',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/ssh-help.ts')).sshHelp(screen),
  },
  {
    name: 'scp',
    summary: 'copy files to or from an instance',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/scp-help.ts')).scpHelp(screen),
  },
  {
    name: 'sftp',
    summary: 'the same, in a dialogue',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/sftp-help.ts')).sftpHelp(screen),
  },
  {
    name: 'tunnel',
    summary: 'a port of this machine that leads to a port of an instance',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/tunnel.ts')).tunnelCommand(screen),
  },
  {
    name: 'proxy',
    summary: 'standard input and output to a port of an instance',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/proxy-help.ts')).proxyHelp(screen),
  },
  {
    name: 'ssh-config',
    summary: 'plain ssh, rsync, git, Ansible and the like reach instances by name',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/ssh-config.ts')).sshConfigCommand(screen),
  },
  {
    name: 'send-key',
    summary: 'push a public key to an instance for 60 seconds',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/send-key.ts')).sendKeyCommand(screen),
  },
  {
    name: 'instances',
    summary: 'list, show, launch, tag and forget instances',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/instances.ts')).instancesCommand(screen),
  },
  {
    name: 'login',
    summary: 'log in as yourself, at the sign-in provider of your company',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/login.ts')).loginCommand(screen),
  },
  {
    name: 'logout',
    summary: 'end your login, here and at the server',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/logout.ts')).logoutCommand(screen),
  },
  {
    name: 'whoami',
    summary: 'say who the server takes you for',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/whoami.ts')).whoamiCommand(screen),
  },
  {
    name: 'configure',
    summary: 'keep the address of the server and your access key',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/configure.ts')).configureCommand(screen),
  },
  {
    name: 'credentials',
    summary: 'print your credentials for the AWS CLI and SDKs',
    group: 'Daily use',
    load: async (screen) => (await import('./commands/credentials.ts')).credentialsCommand(screen),
  },
  {
    name: 'can',
    summary: 'may I, or somebody, log in there? and who may? opens nothing',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/can.ts')).canCommand(screen),
  },
  {
    name: 'doctor',
    summary: 'why does a login not work? looks at every link, and says the mend',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/doctor.ts')).doctorCommand(screen),
  },
  {
    name: 'grants',
    summary: 'what became of a pushed key, and why a login was refused',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/grants.ts')).grantsCommand(screen),
  },
  {
    name: 'sessions',
    summary: 'who is logged in where; end sessions',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/sessions.ts')).sessionsCommand(screen),
  },
  {
    name: 'recordings',
    summary: 'what terminals in the browser showed: list, play, export, verify',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/recordings.ts')).recordingsCommand(screen),
  },
  {
    name: 'events',
    summary: 'who did what, where, and what became of it',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/events.ts')).eventsCommand(screen),
  },
  {
    name: 'trail',
    summary: 'verify or export the audit trail, its key and its state',
    group: 'What happened, and why',
    load: async (screen) => (await import('./commands/trail.ts')).trailCommand(screen),
  },
  {
    name: 'join-tokens',
    summary: 'make, list and revoke the one-time secrets that enrol hosts',
    group: 'Administration',
    load: async (screen) => (await import('./commands/join-tokens.ts')).joinTokensCommand(screen),
  },
  {
    name: 'endpoints',
    summary: 'the doors to hosts in private networks, one for each site',
    group: 'Administration',
    load: async (screen) => (await import('./commands/endpoints.ts')).endpointsCommand(screen),
  },
  {
    name: 'security-groups',
    summary: 'from where hosts let people connect to their sshd',
    group: 'Administration',
    load: async (screen) =>
      (await import('./commands/security-groups.ts')).securityGroupsCommand(screen),
  },
  {
    name: 'iam',
    summary: 'users, groups, roles, policies, and what people prove themselves by',
    group: 'Administration',
    load: async (screen) => (await import('./commands/iam.ts')).iamCommand(screen),
  },
  {
    name: 'ip-ranges',
    summary: 'from where the control plane reaches hosts, also as firewall rules',
    group: 'Administration',
    load: async (screen) => (await import('./commands/ip-ranges.ts')).ipRangesCommand(screen),
  },
  {
    name: 'completion',
    summary: 'print completions for bash, zsh or fish',
    group: 'Administration',
    load: async (screen) => (await import('./commands/completion.ts')).completionCommand(screen),
  },
  { name: 'server', summary: 'run the control plane', group: 'Programs' },
  { name: 'agent', summary: 'run or install the agent of a host', group: 'Programs' },
  { name: 'demo', summary: 'a whole fleet on this machine, to try things', group: 'Programs' },
]

export function findCommand(name: string | undefined): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name)
}
