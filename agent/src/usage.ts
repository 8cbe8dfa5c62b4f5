import { FIXES } from '@fleetkey/domain/fix'

/** The help of each command: what it does, its options, examples that can be pasted. */
export const USAGE = {
  agent: `fleetkey agent COMMAND: the host side of Fleetkey

  join URL     enrol this host with a join token
  install      let sshd take pushed keys, and start the agent with the host
  run          run the agent (what the service does)
  status       what this host joined, and what its agent does
  examine      what on this host would stop a login
  mend         put in order what Fleetkey can put in order here
  uninstall    undo install

fleetkey agent COMMAND --help shows options and examples.
Exit codes: 0 done, 64 usage, 66 a file cannot be read, 69 not running or not connected, 70 internal, 73 the server refused,
78 not joined or settings not usable, 80 certificate not trusted, 81 server not reached, 90 an examination found something wrong.
`,
  join: `fleetkey agent join URL [--token-file F] [--ca-file F] [--replace]

Enrols this host: makes its key, spends the join token, and keeps whom to believe.
The token comes from the file, from FLEETKEY_JOIN_TOKEN, or from stdin; never as an argument, which everybody on the host can read.

  --token-file F   read the token from this file
  --ca-file F      trust the CA certificates in this PEM file instead of the one that the token names
  --replace        join anew although this host has joined already; it becomes another instance

  fleetkey agent join https://fleetkey.example.com:8443 --token-file /root/join-token
  fleetkey join-tokens create --name web-1 | ssh root@web-1 fleetkey agent join https://fleetkey.example.com:8443
`,
  run: `fleetkey agent run

Runs the agent until SIGTERM or SIGINT. Logs one JSON line for each event to stderr. SIGHUP looks at sshd's configuration anew.
Stopping takes away live keys; established SSH sessions go on.
Settings: /etc/fleetkey/agent.json (delivery, allowRoot, allowUsers, denyUsers, sshPort, tunnelPorts, remoteMends, otherLogins, logLevel).

  fleetkey agent run
  FLEETKEY_AGENT_ROOT=$HOME/agent fleetkey agent run    # all files below another directory, without root
`,
  status: `fleetkey agent status [--output text|json]

  fleetkey agent status
  fleetkey agent status --output json | jq .agent.problems
`,
  install: `fleetkey agent install [--delivery command|file|home|metadata] [--lock|--no-lock] [--dry-run]

Lets sshd take pushed keys, and starts the agent with the host. sshd's configuration is checked before it is used.

  --delivery KIND   how keys reach sshd; default: what /etc/fleetkey/agent.json says, or command;
                    metadata: through Amazon's host package (ec2-instance-connect), which must be installed
  --lock            make grants the only way in
  --no-lock         open again what --lock shut; without either it stays as it is
  --dry-run         say what would be done

  fleetkey agent install --dry-run
  fleetkey agent install --lock
`,
  examine: `fleetkey agent examine [--os-user NAME] [--from ADDRESS] [--output text|json]

What on this host would stop a login with a pushed key, and what to do about it. Only looks. "fleetkey doctor INSTANCE" asks the same from
elsewhere and sees the way to the host too. Ends with 90 when something is wrong.

  --os-user NAME   the login that is meant; else what is the same for everybody
  --from ADDRESS   whence it comes: Match blocks and firewalls may ask

  fleetkey agent examine --os-user deploy
  fleetkey agent examine --os-user deploy --from 203.0.113.9 --output json | jq '.[] | select(.state == "bad")'
`,
  mend: `fleetkey agent mend FIX... [--os-user NAME] [--dry-run] [--output text|json]

Puts in order what the examination named a fix for. Never touches accounts of people, the firewall or other people's lines for sshd.

${Object.entries(FIXES)
  .map(([name, says]) => `  ${name.padEnd(17)}${says}`)
  .join('\n')}

  --dry-run        say what would be done
  --os-user NAME   whose way to the keys "permissions" is about

  fleetkey agent mend helper sshd-settings --dry-run
`,
  uninstall: `fleetkey agent uninstall

Undoes what install did. Established SSH sessions go on.

  fleetkey agent uninstall
`,
} as const
